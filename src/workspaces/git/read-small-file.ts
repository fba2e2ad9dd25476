import { constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";

/** A FIFO with a file's name would block the opening for ever without `O_NONBLOCK`. */
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

export interface SmallFile {
  readonly bytes: Buffer;
  readonly modifiedAtMs: number;
}

/**
 * Reads a whole file of a hostile folder.
 *
 * @param bytesMax a larger file is an error, and so is a link, a folder, a FIFO, a socket or a device
 * @returns `null` if there is no entry of this name
 * @throws OrbError `git_unreadable`, which names the file
 */
export async function readSmallFile(
  folder: OpenFolder,
  name: Buffer | string,
  bytesMax: number,
): Promise<SmallFile | null> {
  const handle = await openFile(folder, name);
  if (handle === null) return null;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw gitUnreadable(name, "is not a regular file");
    if (stat.size > bytesMax) throw gitUnreadable(name, `is larger than ${bytesMax} bytes`);
    return { bytes: await readAtMost(handle, name, bytesMax), modifiedAtMs: stat.mtimeMs };
  } catch (error) {
    throw isSystemError(error) ? gitUnreadable(name, `can't be read: ${error.code}`, error) : error;
  } finally {
    await handle.close();
  }
}

/**
 * Opens a regular file, a FIFO or whatever has this name, without following a link and without waiting.
 *
 * @returns `null` if there is no entry of this name
 * @throws OrbError `git_unreadable`
 */
export async function openFile(folder: OpenFolder, name: Buffer | string): Promise<FileHandle | null> {
  try {
    return await open(folder.at(name), FILE_FLAGS);
  } catch (error) {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return null;
    const why =
      error.code === "ELOOP" ? "is a link, and no link is followed" : `can't be opened: ${error.code}`;
    throw gitUnreadable(name, why, error);
  }
}

async function readAtMost(handle: FileHandle, name: Buffer | string, bytesMax: number): Promise<Buffer> {
  const chunks: Buffer[] = [];
  // One byte more than allowed shows that the file has grown since it was measured.
  for (let left = bytesMax + 1; left > 0;) {
    const { bytesRead, buffer } = await handle.read(Buffer.alloc(Math.min(left, 64 * 1024)), 0);
    if (bytesRead === 0) return Buffer.concat(chunks);
    chunks.push(buffer.subarray(0, bytesRead));
    left -= bytesRead;
  }
  throw gitUnreadable(name, `grows, and is larger than ${bytesMax} bytes`);
}
