import type { TextFile, UnreadFile } from "./repository-files.ts";

/** Files that people write by hand are shorter; a longer file is data, not settings. */
const TEXT_BYTES_MAX = 64 * 1024;

/** A file as GitHub's API returns it. */
export interface Blob {
  readonly oid: string;
  readonly byteSize: number;
  /** `null` if it is not text. */
  readonly text: string | null;
}

/** The file as text, or why it can't be read as text. */
export function toTextFile(path: string, { oid, byteSize, text }: Blob): TextFile | UnreadFile {
  if (byteSize > TEXT_BYTES_MAX) {
    const refusal = {
      code: "file_too_long",
      reason: `${path} has ${byteSize} bytes, but the bot reads at most ${TEXT_BYTES_MAX}.`,
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

export function isUnread(file: TextFile | UnreadFile): file is UnreadFile {
  return "refusal" in file;
}
