import { closeSync, openSync, readlinkSync, readSync } from "node:fs";

/** Larger than any file of /proc that is read here but `maps` and `mountinfo` of a huge process, which take several reads. */
const CHUNK_BYTES = 256 * 1024;
/** Far more than the kernel lets a process map or mount. What is longer is not read in part. */
const FILE_BYTES_MAX = 64 * 1024 * 1024;

/** One object for all calls: Node makes one of a name each time. */
const LATIN1 = { encoding: "latin1" } as const;

const chunk = Buffer.allocUnsafe(CHUNK_BYTES);

/** EINVAL: a process that is ending has no mount namespace any more. ENODEV and ENXIO: a loop device was detached. */
const ENDED: ReadonlySet<string> = new Set(["ENOENT", "ESRCH", "EINVAL", "ENOTDIR", "ENODEV", "ENXIO"]);

/** Why something in /proc could not be read: the process has ended, or we may not. Anything else is an error. */
export type Unread = "ended" | "refused";

/** The answer of /proc as latin1, in which every byte is a character; or why there is none. */
export type Answer =
  | { readonly text: string; readonly unread?: undefined }
  | { readonly unread: Unread; readonly text?: undefined };

/**
 * Reads a file of /proc at once. It blocks its thread, so it is for the thread of the scan only. A tenth of the time of
 * `readFileSync`, which makes a new buffer for each file.
 */
export function readProc(path: string): Answer {
  try {
    const fd = openSync(path, "r");
    try {
      return { text: readAll(fd) };
    } finally {
      closeSync(fd);
    }
  } catch (error) {
    return { unread: whyUnread(error) };
  }
}

function readAll(fd: number): string {
  let text = "";
  for (;;) {
    let length = 0;
    // Files of /proc give a page at a time.
    for (let read = -1; read !== 0 && length < CHUNK_BYTES; length += read) {
      read = readSync(fd, chunk, length, CHUNK_BYTES - length, null);
    }
    text += chunk.toString("latin1", 0, length);
    if (length < CHUNK_BYTES) return text;
    if (text.length > FILE_BYTES_MAX) throw new Error("A file of /proc is longer than expected");
  }
}

/** Where a link of /proc leads to, as latin1. It never touches the file itself, so it does not wait for a dead server. */
export function readProcLink(path: string): Answer | { readonly unread: "long"; readonly text?: undefined } {
  try {
    return { text: readlinkSync(path, LATIN1) };
  } catch (error) {
    // The kernel has one page for the path.
    if (codeOf(error) === "ENAMETOOLONG") return { unread: "long" };
    return { unread: whyUnread(error) };
  }
}

/** @throws the error itself if it is neither of the two */
export function whyUnread(error: unknown): Unread {
  const code = codeOf(error);
  if (code === "EACCES" || code === "EPERM") return "refused";
  if (code !== null && ENDED.has(code)) return "ended";
  throw error;
}

export function codeOf(error: unknown): string | null {
  return error instanceof Error && "code" in error && typeof error.code === "string" ? error.code : null;
}

/** A path as `node:fs` takes it. Nearly all of them are ASCII, and then the text will do. */
export function bytesOf(latin1: string): Buffer | string {
  return ASCII.test(latin1) ? latin1 : Buffer.from(latin1, "latin1");
}

// oxlint-disable-next-line no-control-regex -- these are all bytes below 128
const ASCII = /^[\0-\x7f]*$/;
