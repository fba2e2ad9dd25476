import { lstat, readlink, realpath, rename, rmdir } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { namedPath } from "../git/open-below.ts";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { openResolved } from "../tree/open-resolved.ts";
import { readSmallFile } from "../tree/read-small-file.ts";
import { shownPath } from "../tree/shown-path.ts";
import { toRemovalFailure } from "./failure.ts";
import type { Finding } from "./rules/findings.ts";
import { worktreeAddress } from "./rules/worktree-address.ts";
import {
  fromBase64,
  isIdentity,
  toIdentity,
  type Tombstone,
  type WorktreeHalf,
} from "../record/tombstone.ts";
import { lookAt } from "./trash.ts";
import { emptyFolder } from "./walk/empty-folder.ts";
import type { WalkOptions } from "./walk/steering.ts";
import { unlessMissing } from "../tree/unless-missing.ts";

/** A `.git` file has one path in it. */
const POINTER_BYTES_MAX = 8_192;
const WORKTREES = "worktrees";

/**
 * The other half of a linked worktree: its entry in the main repository, which lies outside. It counts only if both halves name each
 * other, because the `.git` file is the agents' own and could name anything.
 *
 * @returns `null` for any other workspace, and for one whose entry does not name it back
 */
export async function readWorktree(folder: OpenFolder): Promise<WorktreeHalf | null> {
  const around = await readlinkOf(folder);
  const pointer = await readSmallFile(folder, ".git", POINTER_BYTES_MAX).catch(unlessSystem);
  const address = pointer && worktreeAddress(pointer, around);
  if (!address) return null;
  const common = await realpath(address.common, { encoding: "buffer" }).catch(unlessSystem);
  if (!common) return null;
  await using admin = await openAdmin(common, address.id);
  if (!admin || !(await namesBack(admin.folder, folder))) return null;
  return {
    common: common.toString("base64"),
    id: address.id.toString("base64"),
    admin: toIdentity(admin.folder),
  };
}

/** `pruned`: the entry is gone now, or was before. `other`: another worktree has this entry now, and it stays. */
export type Pruned = "pruned" | "other";

/**
 * Removes the entries of a worktree, and of those inside it, from their main repositories, by their ids. `git worktree prune` would also remove the entries of others
 * whose folder is only away for the moment. Repeatable, and independent of where the workspace is: after a crash each half is
 * removed by itself.
 *
 * @returns what came of its own entry
 * @throws OrbError `worktree_locked` if somebody locked it with `git worktree lock`; those of `toRemovalFailure`
 */
export async function pruneWorktree(
  { trashName, worktree, nested = [] }: Tombstone,
  options: WalkOptions = {},
): Promise<Pruned> {
  // One after another, because those of one repository are put aside under the same name.
  for (const half of nested) await pruneHalf(half, trashName, options);
  return worktree ? pruneHalf(worktree, trashName, options) : "pruned";
}

async function pruneHalf(worktree: WorktreeHalf, trashName: string, options: WalkOptions): Promise<Pruned> {
  const common = await openResolved(fromBase64(worktree.common)).catch(unlessMissing);
  if (!common) return "pruned";
  await using _ = common;
  // Git does not read it under this name, and it is the same file system.
  const aside = `orb-removed-${trashName}`;
  const outcome = await putAside(common, { worktree, aside });
  const removed = await common.openFolder(aside).catch(unlessMissing);
  if (!removed) return outcome;
  await using __ = removed;
  const { findings } = await emptyFolder(removed, { ...options, allowSubvolumes: false });
  const [first] = findings;
  if (first) throw stuck(worktree, aside, first);
  await rmdir(common.at(aside)).catch((error: unknown) => {
    throw toRemovalFailure(error, aside);
  });
  return outcome;
}

async function putAside(
  common: OpenFolder,
  { worktree, aside }: { readonly worktree: WorktreeHalf; readonly aside: string },
): Promise<Pruned> {
  const worktrees = await common.openFolder(WORKTREES).catch(unlessMissing);
  if (!worktrees) return "pruned";
  await using _ = worktrees;
  const id = fromBase64(worktree.id);
  const admin = await worktrees.openFolder(id).catch(unlessMissing);
  if (!admin) return "pruned";
  await using __ = admin;
  if (!isIdentity(admin, worktree.admin)) return "other";
  if (await lookAt(admin, "locked")) throw locked(id);
  const found = await lookAt(worktrees, id);
  if (!found || !isIdentity(found, worktree.admin)) return "other";
  await rename(worktrees.at(id), common.at(aside)).catch((error: unknown) => {
    throw toRemovalFailure(error, id);
  });
  // As git does after the last one.
  await rmdir(common.at(WORKTREES)).catch(unlessSystem);
  return "pruned";
}

interface Admin extends AsyncDisposable {
  readonly folder: OpenFolder;
}

async function openAdmin(common: Buffer, id: Buffer): Promise<Admin | null> {
  await using stack = new AsyncDisposableStack();
  const around = await openResolved(common).catch(unlessOrb);
  const worktrees = around && (await stack.use(around).openFolder(WORKTREES).catch(unlessOrb));
  const folder = worktrees && (await stack.use(worktrees).openFolder(id).catch(unlessOrb));
  return folder && { folder, [Symbol.asyncDispose]: () => folder.close() };
}

/** Whether the entry is one of git's, and its `gitdir` names the `.git` file of this very workspace. */
async function namesBack(admin: OpenFolder, workspace: OpenFolder): Promise<boolean> {
  if (!(await lookAt(admin, "commondir"))) return false;
  const gitdir = await readSmallFile(admin, "gitdir", POINTER_BYTES_MAX).catch(unlessSystem);
  const path = gitdir && lineOf(gitdir);
  if (!path?.toString("latin1").endsWith("/.git")) return false;
  // Relative to the entry with `worktree.useRelativePaths`.
  const worktree = await namedPath(admin, path.subarray(0, -"/.git".length));
  const named = await lstat(worktree, { bigint: true }).catch(unlessSystem);
  return named?.dev === workspace.dev && named.ino === workspace.ino;
}

function lineOf(content: Buffer): Buffer {
  const end = content.indexOf("\n");
  return end === -1 ? content : content.subarray(0, end);
}

function readlinkOf(folder: OpenFolder): Promise<Buffer> {
  return readlink(`/proc/self/fd/${folder.fd}`, { encoding: "buffer" });
}

function unlessSystem(error: unknown): null {
  if (isSystemError(error)) return null;
  throw error;
}

function unlessOrb(error: unknown): null {
  if (error instanceof OrbError) return null;
  throw error;
}

function locked(id: Buffer): OrbError {
  return new OrbError({
    code: "worktree_locked",
    reason: `Somebody locked the worktree ${shownPath(id)} with \`git worktree lock\`.`,
    remedy: "Run `git worktree unlock` in its main repository if the reason for the lock is gone.",
  });
}

function stuck({ common }: WorktreeHalf, aside: string, { code, example }: Finding): OrbError {
  return new OrbError({
    code: "worktree_stuck",
    reason: `${shownPath(example)} in ${aside} of the main repository can't be removed (${code}). Git does not use it any more.`,
    remedy: `Remove the folder ${aside} in ${shownPath(fromBase64(common))} by hand.`,
  });
}
