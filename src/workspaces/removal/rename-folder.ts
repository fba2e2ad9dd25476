import { chmodSync, closeSync, constants, fstatSync, openSync, renameSync } from "node:fs";
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
export function renameFolder(from: Buffer, to: Buffer): void {
  try {
    renameSync(from, to);
  } catch (error) {
    if (!isSystemError(error) || error.code !== "EACCES") throw error;
    const fd = openSync(from, FOLDER_FLAGS);
    try {
      const { uid, mode } = fstatSync(fd);
      if (uid !== process.geteuid?.() || (mode & OWNER_WRITES) !== 0) throw error;
      chmodSync(descriptorPath(fd), (mode & MODE) | OWNER_WRITES);
      try {
        renameSync(from, to);
      } finally {
        chmodSync(descriptorPath(fd), mode & MODE);
      }
    } finally {
      closeSync(fd);
    }
  }
}
