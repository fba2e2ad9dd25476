import {
  type BigIntStats,
  closeSync,
  constants,
  type Dir,
  type Dirent,
  fstatSync,
  open,
  opendirSync,
  openSync,
} from "node:fs";
import { chmod, opendir } from "node:fs/promises";
import { promisify } from "node:util";
import { descriptorPath } from "../../tree/descriptor-path.ts";
import { isSystemError } from "../../tree/failure.ts";
import { mountIdOfSync } from "../../tree/mount-id.ts";

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Opens a folder that may not be read, to look at it and to change its mode. Node has no name for it. */
export const O_PATH = 0o10000000;
const OWNER_ALL = 0o700;
/** Entries that Node reads at once. It also bounds the memory of a folder with a million of them. */
const ENTRIES_AT_ONCE = 256;
const ENTRIES = {
  // The declaration lacks "buffer", which Node documents.
  encoding: "buffer" as BufferEncoding,
  bufferSize: ENTRIES_AT_ONCE,
};
const openFile = promisify(open);

/** A folder that a walk has open, with less ado than `OpenFolder`. The walk closes it with `closeSync`. */
export interface WalkFolder {
  readonly fd: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly uid: number;
  readonly mountId: number;
}

/** For threads that may block. @throws the error of the system: `ELOOP` or `ENOTDIR` if it is no folder, `EACCES` if it may not be read */
export function openWalkFolder(path: Buffer): WalkFolder {
  const fd = openSync(path, FOLDER_FLAGS);
  try {
    return identified(fd, fstatSync(fd, { bigint: true }));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The same for a folder that is to be emptied, without blocking the thread. Its owner gets all rights to it first, if that is this
 * process: caches of modules are read-only on purpose, and 0000 is just a mode. The mode is changed on the open folder and not on a
 * path, so no other folder can get it.
 */
export async function openToEmpty(path: Buffer): Promise<WalkFolder> {
  const handle = await openFile(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    // The inode is in memory now: what follows does not wait for the disk.
    const stat = fstatSync(handle, { bigint: true });
    if (isOwn(stat) && (Number(stat.mode) & OWNER_ALL) !== OWNER_ALL) await openUp(handle);
    const fd = openSync(descriptorPath(handle), constants.O_RDONLY | constants.O_DIRECTORY);
    return identified(fd, stat);
  } finally {
    closeSync(handle);
  }
}

/** For threads that may block: the entries of an open folder, read in parts. Their names are bytes. */
export function* entriesOf(fd: number): Generator<Dirent<Buffer>, void> {
  const entries: Dir = opendirSync(descriptorPath(fd), ENTRIES);
  try {
    for (let entry = entries.readSync(); entry; entry = entries.readSync())
      yield entry as unknown as Dirent<Buffer>;
  } finally {
    entries.closeSync();
  }
}

/** The same without blocking the thread. */
export async function entriesToRemove(fd: number): Promise<AsyncIterable<Dirent<Buffer>>> {
  return (await opendir(descriptorPath(fd), ENTRIES)) as unknown as AsyncIterable<Dirent<Buffer>>;
}

function identified(fd: number, { dev, ino, uid }: BigIntStats): WalkFolder {
  return { fd, dev, ino, uid: Number(uid), mountId: mountIdOfSync(fd) };
}

function isOwn({ uid }: BigIntStats): boolean {
  return Number(uid) === process.geteuid?.();
}

/** An immutable folder refuses it. What can't be removed from it is reported then. */
async function openUp(handle: number): Promise<void> {
  await chmod(descriptorPath(handle), OWNER_ALL).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
  });
}
