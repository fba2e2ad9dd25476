import { lstat, readdir, rm } from "node:fs/promises";
import { join } from "node:path";
import { SCRATCH_PREFIX } from "./safe-git.ts";

/** No run of git takes so long: what is older belongs to a process that was killed. */
const AGE_MS = 24 * 3_600_000;

/**
 * Removes throw-away repositories that killed processes left behind. Nothing of an agent is in them but copies of indexes.
 *
 * @param scratch the folder of `GitHost`, or that of the operating system
 * @returns how many were removed
 */
export async function removeLeftovers(scratch: string, now: Date): Promise<number> {
  let removed = 0;
  for (const name of await readdir(scratch)) {
    if (!name.startsWith(SCRATCH_PREFIX)) continue;
    const path = join(scratch, name);
    const stat = await lstat(path).catch(() => null);
    if (stat === null || !stat.isDirectory() || stat.uid !== process.getuid?.()) continue;
    if (now.getTime() - stat.mtimeMs < AGE_MS) continue;
    await rm(path, { recursive: true, force: true });
    removed += 1;
  }
  return removed;
}
