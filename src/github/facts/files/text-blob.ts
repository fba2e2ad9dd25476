import type { TextFile, UnreadFile } from "./repository-files.ts";

/** Files that people write by hand are shorter; a longer file is data, not settings. */
const TEXT_BYTES_MAX = 64 * 1024;

/** A file as GitHub's API returns it. */
export interface Blob {
  readonly oid: string;
  readonly byteSize: number;
  /** `null` if it is not text. */
  readonly text: string | null;
  /** `text` is only the beginning. */
  readonly isTruncated?: boolean;
}

/** The file as text, or why it can't be read as text. */
export function toTextFile(
  path: string,
  { oid, byteSize, text }: Blob,
  bytesMax = TEXT_BYTES_MAX,
): TextFile | UnreadFile {
  if (byteSize > bytesMax) {
    const refusal = {
      code: "file_too_long",
      reason: `${path} has ${byteSize} bytes, but the bot reads at most ${bytesMax}.`,
      remedy: `Shorten ${path}.`,
    };
    return { path, oid, refusal };
  }
  if (text === null || text.includes("\0")) {
    const refusal = {
      code: "file_not_text",
      reason: `${path} is not a text file.`,
      remedy: `Save ${path} as UTF-8 text.`,
    };
    return { path, oid, refusal };
  }
  return { path, oid, text };
}

/** A symbolic link: git keeps the path to which it leads as its text. */
export function linked(path: string, { oid }: Pick<Blob, "oid">): UnreadFile {
  const refusal = {
    code: "file_is_link",
    reason: `${path} is a symbolic link, and the bot follows none.`,
    remedy: `Put the files themselves where ${path} is.`,
  };
  return { path, oid, refusal };
}

/** A file that is not read because of its name. @param right the path that is read */
export function misnamed(path: string, { oid }: Pick<Blob, "oid">, right: string): UnreadFile {
  const refusal = {
    code: "file_misnamed",
    reason: `${path} is not read: the bot reads ${right}.`,
    remedy: `Rename ${path} to ${right}.`,
  };
  return { path, oid, refusal };
}

export function isUnread(file: TextFile | UnreadFile): file is UnreadFile {
  return "refusal" in file;
}
