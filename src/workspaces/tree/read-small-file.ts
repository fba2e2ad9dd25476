import { constants } from "node:fs";
import { open } from "node:fs/promises";
import { isSystemError } from "./failure.ts";
import type { OpenFolder } from "./open-folder.ts";

/** A FIFO must not hold up the reader, and a link must not lead it elsewhere. */
const FILE_FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;

/**
 * The content of a small file in an open folder.
 *
 * @returns `null` if there is no such file, if it is no regular file, or if it is larger than `bytesMax`
 * @throws the system's error if it can't be read
 */
export async function readSmallFile(
  folder: OpenFolder,
  name: Buffer | string,
  bytesMax: number,
): Promise<Buffer | null> {
  try {
    await using file = await open(folder.at(name), FILE_FLAGS);
    const stat = await file.stat();
    if (!stat.isFile() || stat.size > bytesMax) return null;
    const content = Buffer.alloc(bytesMax + 1);
    const { bytesRead } = await file.read(content, 0, bytesMax + 1, 0);
    return bytesRead > bytesMax ? null : content.subarray(0, bytesRead);
  } catch (error) {
    // ENXIO: a socket. ELOOP: a link.
    if (isSystemError(error) && ["ENOENT", "ELOOP", "ENXIO"].includes(error.code)) return null;
    throw error;
  }
}
