import { lstat } from "node:fs/promises";
import { resolve } from "node:path";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { isAtOrBelow } from "../tree/rules/is-at-or-below.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { whereNow } from "./moved-folder.ts";
import { namedPath, openBelow } from "./open-below.ts";
import { readSmallFile } from "./read-small-file.ts";
import { realPathOf } from "./real-path.ts";
import { parsePointer } from "./rules/ref-files.ts";
import type { GitHost } from "./safe-git.ts";

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
  /**
   * `missing`: its folder is gone. `in-trash`: the bot has it in the trash, and may put it back. `out-of-reach`: even the folder above is
   * gone, as if a disk were not mounted.
   */
  readonly state: "present" | "missing" | "in-trash" | "out-of-reach";
  readonly lock: WorktreeLock | null;
}

/** What tells where the worktrees of a repository are now. */
type Whereabouts = Pick<GitHost, "moved" | "inTrash">;

interface Found {
  readonly worktree: LinkedWorktree;
  /** Its `.git` file without links, every byte as a character; `null` if it lies in the workspace itself, or is not named. */
  readonly real: string | null;
}

/**
 * The worktrees that are linked to a repository, from its admin folders.
 *
 * @throws OrbError `git_unreadable`, and the errors of `inTrash`
 */
export async function readLinkedWorktrees(
  commonDir: OpenFolder,
  where: Whereabouts = {},
): Promise<LinkedWorktree[]> {
  await using folder = await openBelow(commonDir, "worktrees");
  if (folder === null) return [];
  const found: Found[] = [];
  for await (const entry of folder.entries()) {
    await using admin = entry.isDirectory() ? await openBelow(folder, entry.name) : null;
    if (admin === null) continue;
    found.push(await readOne(admin, entry.name, where));
    if (found.length > WORKTREES_MAX)
      throw gitUnreadable("worktrees", `has more than ${WORKTREES_MAX} entries`);
  }
  return findInTrash(found, where);
}

/** Looks for those that are missing once more: after they were looked for, and after the trash was. So none can slip from one to the other. */
async function findInTrash(found: readonly Found[], { inTrash }: Whereabouts): Promise<LinkedWorktree[]> {
  const areMissing = found.some(({ worktree, real }) => worktree.state === "missing" && real !== null);
  const trashed = areMissing && inTrash ? await inTrash() : [];
  const again: LinkedWorktree[] = [];
  for (const { worktree, real } of found) {
    if (worktree.state !== "missing" || real === null || !inTrash) again.push(worktree);
    else if (trashed.some((path) => isAtOrBelow(real, path))) again.push({ ...worktree, state: "in-trash" });
    else if (await isThere(Buffer.from(real, "latin1"))) again.push({ ...worktree, state: "present" });
    else again.push(worktree);
  }
  return again;
}

/** The lock of one worktree; `null` if it has none. */
export async function readLock(admin: OpenFolder): Promise<WorktreeLock | null> {
  const file = await readSmallFile(admin, "locked", LOCK_BYTES_MAX);
  return file && { words: file.bytes.toString().trim(), lockedAtMs: file.modifiedAtMs };
}

async function readOne(admin: OpenFolder, id: Buffer, where: Whereabouts): Promise<Found> {
  const file = await readSmallFile(admin, "gitdir", POINTER_BYTES_MAX);
  const pointer = file && parsePointer(file.bytes, "");
  const worktree = {
    id: Buffer.from(id),
    dev: admin.dev,
    ino: admin.ino,
    pointer,
    state: pointer === null ? ("missing" as const) : await stateOf(admin, pointer, where),
    lock: await readLock(admin),
  };
  const isAsked = where.inTrash !== undefined && worktree.state === "missing";
  return { worktree, real: pointer !== null && isAsked ? await realOf(admin, pointer, where) : null };
}

async function realOf(admin: OpenFolder, pointer: Buffer, { moved }: Whereabouts): Promise<string | null> {
  const here = (await admin.currentPath()).toString("latin1");
  const named = moved
    ? (await whereNow(admin, pointer, { moved })).toString("latin1")
    : pointer.toString("latin1");
  if (moved && named.startsWith("/proc/self/fd/")) return null;
  return realPathOf(resolve(here, named));
}

async function stateOf(
  admin: OpenFolder,
  pointer: Buffer,
  { moved }: Whereabouts,
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
