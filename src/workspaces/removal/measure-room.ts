import { execFile } from "node:child_process";
import { statfs } from "node:fs";
import { promisify } from "node:util";
import { descriptorPath } from "../tree/descriptor-path.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { Room } from "./rules/freed.ts";

const ask = promisify(statfs);
const run = promisify(execFile);

/** https://man7.org/linux/man-pages/man2/statfs.2.html */
const BTRFS = 0x9123683e;
/** For a disk that is busy. After that the figures are those of a moment ago. */
const COMMIT_MS_MAX = 60_000;

/**
 * The free room of the file system that has this folder, as it says itself. Most count what was removed at once; btrfs only after its
 * next commit, so it is asked for one first. All others are not: on a busy disk that takes longer than the removal.
 */
export async function measureRoom(folder: OpenFolder): Promise<Room> {
  const { type } = await ask(descriptorPath(folder.fd));
  if (type === BTRFS) await commitAll(folder);
  return await glanceAtRoom(folder);
}

/** The same without asking for a commit: some of what was removed may not count yet. */
export async function glanceAtRoom(folder: OpenFolder): Promise<Room> {
  const { bfree, bsize, ffree } = await ask(descriptorPath(folder.fd));
  return { bytes: bfree * bsize, inodes: ffree };
}

/** btrfs gives back blocks only when all of it is committed, for which Node has no call. */
async function commitAll(folder: OpenFolder): Promise<void> {
  const options = { cwd: descriptorPath(folder.fd), timeout: COMMIT_MS_MAX };
  // Without it less is reported as freed than was.
  await run("sync", ["-f", "."], options).catch(() => undefined);
}
