import { fsync, statfs } from "node:fs";
import { promisify } from "node:util";
import { descriptorPath } from "../tree/descriptor-path.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { Room } from "./rules/freed.ts";

const sync = promisify(fsync);
const ask = promisify(statfs);

/**
 * The free room of the file system that has this folder, as it says itself. Some, such as btrfs, give back blocks only with their
 * next commit, so they are asked for one first.
 */
export async function measureRoom(folder: OpenFolder): Promise<Room> {
  await sync(folder.fd);
  const { bfree, bsize, ffree } = await ask(descriptorPath(folder.fd));
  return { bytes: bfree * bsize, inodes: ffree };
}
