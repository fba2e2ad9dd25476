import { lstat } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import type { MovedFolder } from "./moved-folder.ts";
import { namedPath, openBelow } from "./open-below.ts";
import { readSmallFile } from "./read-small-file.ts";
import { parsePointer } from "./rules/ref-files.ts";

const POINTER_BYTES_MAX = 16 * 1024;
/** `git worktree lock --reason` */
const LOCK_BYTES_MAX = 16 * 1024;
const WORKTREES_MAX = 10_000;

export interface WorktreeLock {
  /** What the person or program wrote who locked it. */
  readonly words: string;
  readonly lockedAtMs: number;
}

export interface LinkedWorktree {
  /** The name of its admin folder below `worktrees`. */
  readonly id: Buffer;
  /** Of its admin folder. */
  readonly dev: bigint;
  readonly ino: bigint;
  /** The `.git` file of the worktree, as its admin folder names it; `null` if it names none. */
  readonly pointer: Buffer | null;
  /** `missing`: its folder is gone. `out-of-reach`: even the folder above is, as if a disk were not mounted. */
  readonly state: "present" | "missing" | "out-of-reach";
  readonly lock: WorktreeLock | null;
}

/**
 * The worktrees that are linked to a repository, from its admin folders.
 *
 * @param moved the workspace, if it is away from its path
 * @throws OrbError `git_unreadable`
 */
export async function readLinkedWorktrees(
  commonDir: OpenFolder,
  moved?: MovedFolder,
): Promise<LinkedWorktree[]> {
  await using folder = await openBelow(commonDir, "worktrees");
  if (folder === null) return [];
  const found: LinkedWorktree[] = [];
  for await (const entry of folder.entries()) {
    await using admin = entry.isDirectory() ? await openBelow(folder, entry.name) : null;
    if (admin === null) continue;
    found.push(await readOne(admin, entry.name, moved));
    if (found.length > WORKTREES_MAX)
      throw gitUnreadable("worktrees", `has more than ${WORKTREES_MAX} entries`);
  }
  return found;
}

/** The lock of one worktree; `null` if it has none. */
export async function readLock(admin: OpenFolder): Promise<WorktreeLock | null> {
  const file = await readSmallFile(admin, "locked", LOCK_BYTES_MAX);
  return file && { words: file.bytes.toString().trim(), lockedAtMs: file.modifiedAtMs };
}

async function readOne(
  admin: OpenFolder,
  id: Buffer,
  moved: MovedFolder | undefined,
): Promise<LinkedWorktree> {
  const file = await readSmallFile(admin, "gitdir", POINTER_BYTES_MAX);
  const pointer = file && parsePointer(file.bytes, "");
  return {
    id: Buffer.from(id),
    dev: admin.dev,
    ino: admin.ino,
    pointer,
    state: pointer === null ? "missing" : await stateOf(admin, pointer, moved),
    lock: await readLock(admin),
  };
}

async function stateOf(
  admin: OpenFolder,
  pointer: Buffer,
  moved: MovedFolder | undefined,
): Promise<LinkedWorktree["state"]> {
  const is = async (path: Buffer) => isThere(await namedPath(admin, path, { moved }));
  // A relative path of one name has a folder above it too.
  const file = pointer[0] === SLASH ? pointer : Buffer.concat([Buffer.from("./"), pointer]);
  if (await is(file)) return "present";
  const worktree = above(file);
  if (await is(worktree)) return "missing";
  return (await is(above(worktree))) ? "missing" : "out-of-reach";
}

const SLASH = 0x2f;

function above(path: Buffer): Buffer {
  const slash = path.lastIndexOf(SLASH);
  return slash === 0 ? path.subarray(0, 1) : path.subarray(0, Math.max(slash, 0));
}

async function isThere(path: Buffer): Promise<boolean> {
  try {
    await lstat(path);
    return true;
  } catch (error) {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ENOTDIR")) return false;
    throw gitUnreadable(path, "is named by the repository and can't be examined", error);
  }
}
