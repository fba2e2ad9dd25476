import type { Refusal } from "../errors.ts";
import type { TextFile } from "./repository-files.ts";

/** What people write by hand is shorter; beyond this a file is data, and no setting. */
const TEXT_BYTES_MAX = 64 * 1024;

/** A file as GitHub's API answers it. */
export interface Blob {
  readonly oid: string;
  readonly byteSize: number;
  /** `null` where it is no text. */
  readonly text: string | null;
}

/** The file, or why it can't be read as a text. */
export function toTextFile(path: string, { oid, byteSize, text }: Blob): TextFile | Refusal {
  if (byteSize > TEXT_BYTES_MAX) {
    return {
      code: "file_too_long",
      reason: `${path} has ${byteSize} bytes; the bot reads files of up to ${TEXT_BYTES_MAX}.`,
      remedy: `Make ${path} shorter.`,
    };
  }
  if (text === null || text.includes("\0")) {
    return {
      code: "file_not_text",
      reason: `${path} is not a text.`,
      remedy: `Save ${path} as a text in UTF-8.`,
    };
  }
  return { path, oid, text };
}

export function isUnread(read: TextFile | Refusal): read is Refusal {
  return "code" in read;
}
