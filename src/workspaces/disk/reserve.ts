import { randomBytes } from "node:crypto";
import { mkdir, open, unlink } from "node:fs/promises";
import type { OpenFolder } from "../tree/open-folder.ts";
import { OWN_FOLDER } from "../tree/rules/own-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { OrbError } from "../../errors.ts";
import { isSystemError } from "../tree/failure.ts";
import { readUsage } from "./read-usage.ts";
import type { Space } from "./usage.ts";

/** Below the bot's own folder of the root. */
const FOLDER = "reserve";
const BLOCKS = "blocks";
/** For MongoDB's journal and logs, if they are on the same disk, and for the names in the trash. */
const RESERVE_BYTES_MAX = 64 * 1024 * 1024;
const RESERVE_INODES_MAX = 256;
/** A small disk is not filled with its reserve. */
const PART_OF_DISK_MAX = 0.01;
const CHUNK_BYTES = 1024 * 1024;

/**
 * Space on the disk of the workspaces that is reserved, so that a clean-up can begin at 0 bytes and 0 inodes free: to rename a folder
 * into the trash may need a block for its new name, and MongoDB and the log may be on the same disk.
 */
export class DiskReserve implements AsyncDisposable {
  readonly #folder: OpenFolder;
  readonly #goal: Space;

  private constructor(folder: OpenFolder, goal: Space) {
    this.#folder = folder;
    this.#goal = goal;
  }

  /**
   * @throws OrbError `workspace_unreadable`; `disk_reserve_failed` if its folder can't be made, such as on a disk that is full already
   */
  static async open(root: WorkspaceRoot): Promise<DiskReserve> {
    await using own = await makeAndOpen(root.folder, OWN_FOLDER);
    const folder = await makeAndOpen(own, FOLDER);
    const { bytes, inodes } = await readUsage(folder);
    return new DiskReserve(folder, {
      bytes: Math.floor(Math.min(RESERVE_BYTES_MAX, bytes.total * PART_OF_DISK_MAX)),
      inodes: Math.floor(Math.min(RESERVE_INODES_MAX, (inodes?.total ?? Infinity) * PART_OF_DISK_MAX)),
    });
  }

  /**
   * Takes the space again, as far as it is missing. Only for a disk that has room: after a relief.
   *
   * @returns whether all of it is there
   * @throws OrbError `disk_reserve_failed` for anything but a full disk
   */
  async fill(): Promise<boolean> {
    try {
      await this.#fillBlocks();
      for (let number = 0; number < this.#goal.inodes; number++) await this.#add(inodeName(number));
      return true;
    } catch (error) {
      if (isNamed(error, "ENOSPC", "EDQUOT")) return false;
      throw toReserveFailure(error);
    }
  }

  /**
   * Gives the space back to the disk. A file that is missing is no error.
   *
   * @throws OrbError `disk_reserve_failed`
   */
  async release(): Promise<void> {
    // Some file systems can't even remove a name when they are full, but can shorten a file.
    await this.#shorten();
    await this.#remove(BLOCKS);
    for (let number = 0; number < this.#goal.inodes; number++) await this.#remove(inodeName(number));
  }

  async close(): Promise<void> {
    await this.#folder.close();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.close();
  }

  async #fillBlocks(): Promise<void> {
    await using file = await open(this.#folder.at(BLOCKS), "a", 0o600);
    let { size } = await file.stat();
    while (size < this.#goal.bytes) {
      // A file system may compress zeros, or not store them at all.
      const chunk = randomBytes(Math.min(CHUNK_BYTES, this.#goal.bytes - size));
      const { bytesWritten } = await file.write(chunk);
      size += bytesWritten;
    }
    // Without it the blocks would be promised and not allocated yet.
    await file.sync();
  }

  async #add(name: string): Promise<void> {
    await using _file = await open(this.#folder.at(name), "a", 0o600);
  }

  async #shorten(): Promise<void> {
    try {
      await using file = await open(this.#folder.at(BLOCKS), "r+");
      await file.truncate(0);
    } catch (error) {
      if (!isNamed(error, "ENOENT")) throw toReserveFailure(error);
    }
  }

  async #remove(name: string): Promise<void> {
    await unlink(this.#folder.at(name)).catch((error: unknown) => {
      if (!isNamed(error, "ENOENT")) throw toReserveFailure(error);
    });
  }
}

async function makeAndOpen(around: OpenFolder, name: string): Promise<OpenFolder> {
  await mkdir(around.at(name), { mode: 0o700 }).catch((error: unknown) => {
    if (!isNamed(error, "EEXIST")) throw toReserveFailure(error);
  });
  return await around.openFolder(name);
}

function toReserveFailure(error: unknown): unknown {
  if (!isSystemError(error)) return error;
  return new OrbError(
    {
      code: "disk_reserve_failed",
      reason: `The reserve in ${OWN_FOLDER}/${FOLDER} below WORKSPACE_ROOT can't be changed: ${error.code}.`,
      remedy: `Remove something from this disk if it is full. Otherwise let the bot's user write to ${OWN_FOLDER}, which it creates itself.`,
    },
    { cause: error },
  );
}

function inodeName(number: number): string {
  return `inode-${number}`;
}

function isNamed(error: unknown, ...codes: readonly string[]): boolean {
  return isSystemError(error) && codes.includes(error.code);
}
