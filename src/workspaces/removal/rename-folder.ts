import { constants } from "node:fs";
import { chmod, open, rename } from "node:fs/promises";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError } from "../tree/failure.ts";
import { O_PATH } from "./walk/walk-folder.ts";

const FOLDER_FLAGS = O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW;
const MODE = 0o7777;
const OWNER_WRITES = 0o200;

/**
 * Renames a folder from one folder to another. The kernel wants the right to write to the folder itself for that, because its `..`
 * changes. An own folder without that right gets it for this moment; it acts on the open folder and not on its path.
 *
 * @throws the system's error
 */
export async function renameFolder(from: Buffer, to: Buffer): Promise<void> {
  try {
    await rename(from, to);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EACCES") throw error;
    await using folder = await open(from, FOLDER_FLAGS);
    const { uid, mode } = await folder.stat();
    if (uid !== process.geteuid?.() || (mode & OWNER_WRITES) !== 0) throw error;
    const path = descriptorPath(folder.fd);
    await chmod(path, (mode & MODE) | OWNER_WRITES);
    try {
      await rename(from, to);
    } finally {
      await chmod(path, mode & MODE);
    }
  }
}
