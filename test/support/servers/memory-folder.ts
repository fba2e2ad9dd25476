import { mkdir, readdir, statfs } from "node:fs/promises";
import { join } from "node:path";
import { isAlive } from "../../../script/services/is-alive.ts";
import { removeLeftFolder } from "./remove-left-folder.ts";

/** Linux's file system in memory. */
const MEMORY = "/dev/shm";
/** The run's MongoDB takes about one; a container may have as little as 64 MB there. */
const FREE_BYTES_MIN = 4 * 1024 ** 3;
const NAME = /^orb-test-(\d+)$/;

/**
 * Makes a folder in memory for the temporary files of a test run: a file system on disk makes each of thousands of
 * small writes wait for the disk, for files that nobody needs a minute later. Killing a process loses no more there than
 * on disk. Removes what runs left that were killed.
 *
 * @returns `null` where there is no such file system, or not enough room in it
 */
export async function makeMemoryFolder(): Promise<string | null> {
  const room = await statfs(MEMORY).catch(() => null);
  if (room === null || room.bavail * room.bsize < FREE_BYTES_MIN) return null;
  for (const name of await readdir(MEMORY)) {
    const pid = Number(NAME.exec(name)?.[1]);
    if (pid > 0 && !isAlive(pid)) await removeLeftFolder(join(MEMORY, name));
  }
  const folder = join(MEMORY, `orb-test-${process.pid}`);
  await mkdir(folder, { mode: 0o700 });
  return folder;
}
