import { createHash } from "node:crypto";
import { lstat } from "node:fs/promises";
import { openBelow } from "../git/open-below.ts";
import { openFile } from "../git/read-small-file.ts";
import { isNothingThere, isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { unreadable } from "./find-places.ts";

/** Files that are examined at once: more would only wait for the disk. */
const AT_ONCE = 32;

export interface FileContent {
  readonly bytes: number;
  /** In hexadecimal digits. */
  readonly sha256: string;
}

/**
 * The content of a regular file, read in parts.
 *
 * @param path relative to `folder`; no link on the way is followed
 * @returns `null` for what is no regular file, and if it disappeared
 * @throws OrbError `git_unreadable`, `files_unreadable`
 */
export async function readContent(folder: OpenFolder, path: Buffer): Promise<FileContent | null> {
  const slash = path.lastIndexOf(0x2f);
  const parent = slash === -1 ? folder : await openBelow(folder, path.subarray(0, slash));
  if (parent === null) return null;
  try {
    const name = path.subarray(slash + 1);
    if (await isLink(parent, name)) return null;
    const handle = await openFile(parent, name);
    if (handle === null) return null;
    try {
      if (!(await handle.stat()).isFile()) return null;
      const hash = createHash("sha256");
      let bytes = 0;
      for await (const chunk of handle.createReadStream({ autoClose: false })) {
        hash.update(chunk as Buffer);
        bytes += (chunk as Buffer).length;
      }
      return { bytes, sha256: hash.digest("hex") };
    } catch (error) {
      throw isSystemError(error) ? unreadable(path, `can't be read: ${error.code}`, error) : error;
    } finally {
      await handle.close();
    }
  } finally {
    if (parent !== folder) await parent.close();
  }
}

async function isLink(folder: OpenFolder, name: Buffer): Promise<boolean> {
  try {
    return (await lstat(folder.at(name))).isSymbolicLink();
  } catch (error) {
    if (isNothingThere(error)) return false;
    throw unreadable(name, "can't be examined", error);
  }
}

/** What files take by their sizes, links as links; those that disappeared take nothing. */
export async function measureFiles(folder: OpenFolder, paths: readonly Buffer[]): Promise<number> {
  let bytes = 0;
  for (let begin = 0; begin < paths.length; begin += AT_ONCE) {
    const sizes = paths.slice(begin, begin + AT_ONCE).map((path) => sizeOf(folder, path));
    for (const size of await Promise.all(sizes)) bytes += size;
  }
  return bytes;
}

async function sizeOf(folder: OpenFolder, path: Buffer): Promise<number> {
  try {
    // A link that somebody puts on the way meanwhile would only give the size of another file.
    const { size } = await lstat(Buffer.concat([Buffer.from(`/proc/self/fd/${folder.fd}/`), path]));
    return size;
  } catch (error) {
    if (isNothingThere(error)) return 0;
    throw unreadable(path, "can't be examined", error);
  }
}
