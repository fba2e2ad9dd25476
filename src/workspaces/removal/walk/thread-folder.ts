import {
  type BigIntStats,
  chmodSync,
  closeSync,
  constants,
  type Dir,
  type Dirent,
  fstatSync,
  opendirSync,
  openSync,
} from "node:fs";
import { descriptorPath } from "../../tree/descriptor-path.ts";
import { isSystemError } from "../../tree/failure.ts";
import { mountIdOfSync } from "../../tree/mount-id.ts";

// For threads that may block. The bot's own thread uses `OpenFolder`.

const FOLDER_FLAGS = constants.O_RDONLY | constants.O_DIRECTORY | constants.O_NOFOLLOW;
/** Opens a folder that may not be read, to look at it and to change its mode. Node has no name for it. */
export const O_PATH = 0o10000000;
const OWNER_ALL = 0o700;
/** Entries that Node reads at once. It also bounds the memory of a folder with a million of them. */
const ENTRIES_AT_ONCE = 256;

/** A folder that a thread has open. Its owner closes it with `closeSync`. */
export interface ThreadFolder {
  readonly fd: number;
  readonly dev: bigint;
  readonly ino: bigint;
  readonly mountId: number;
}

/** @throws the error of the system: `ELOOP` or `ENOTDIR` if it is no folder, `EACCES` if it may not be read */
export function openThreadFolder(path: Buffer): ThreadFolder {
  const fd = openSync(path, FOLDER_FLAGS);
  try {
    return identified(fd, fstatSync(fd, { bigint: true }));
  } catch (error) {
    closeSync(fd);
    throw error;
  }
}

/**
 * The same for a folder that is to be emptied. Its owner gets all rights to it first, if that is this process: caches of modules are
 * read-only on purpose, and 0000 is just a mode. The mode is changed on the open folder and not on a path, so no other folder
 * can get it.
 */
export function openToEmpty(path: Buffer): ThreadFolder {
  const handle = openSync(path, O_PATH | constants.O_DIRECTORY | constants.O_NOFOLLOW);
  try {
    const stat = fstatSync(handle, { bigint: true });
    if (isOwn(stat) && (Number(stat.mode) & OWNER_ALL) !== OWNER_ALL) openUp(handle);
    const fd = openSync(descriptorPath(handle), constants.O_RDONLY | constants.O_DIRECTORY);
    return identified(fd, stat);
  } finally {
    closeSync(handle);
  }
}

/** Reads the entries of an open folder in parts; their names are bytes. */
export function* entriesOf(fd: number): Generator<Dirent<Buffer>, void> {
  const entries: Dir = opendirSync(descriptorPath(fd), {
    // The declaration lacks "buffer", which Node documents.
    encoding: "buffer" as BufferEncoding,
    bufferSize: ENTRIES_AT_ONCE,
  });
  try {
    for (let entry = entries.readSync(); entry; entry = entries.readSync())
      yield entry as unknown as Dirent<Buffer>;
  } finally {
    entries.closeSync();
  }
}

function identified(fd: number, { dev, ino }: BigIntStats): ThreadFolder {
  return { fd, dev, ino, mountId: mountIdOfSync(fd) };
}

function isOwn({ uid }: BigIntStats): boolean {
  return Number(uid) === process.geteuid?.();
}

/** An immutable folder refuses it. What can't be removed from it is reported then. */
function openUp(handle: number): void {
  try {
    chmodSync(descriptorPath(handle), OWNER_ALL);
  } catch (error) {
    if (!isSystemError(error)) throw error;
  }
}
