import { openBelow } from "../git/open-below.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { checkedTrashName, toIdentity, type Tombstone, type WorktreeHalf } from "../record/tombstone.ts";
import { readWorktree } from "./worktree.ts";

/** A workspace with more leaves the other entries to `git worktree prune`. */
const NESTED_MAX = 1_000;
const SLASH = Buffer.from("/");

/**
 * The tombstone of a workspace that is open: everything that a removal needs to know, to be stored before it begins. Changes nothing.
 *
 * @param path the workspace's, below the root
 * @param trashName 8 to 64 lower-case letters, digits and dashes, which nobody can guess
 * @param worktrees the paths of linked worktrees inside it, below the workspace
 * @throws OrbError `outside_root`, `trash_name_refused`, `git_unreadable`
 */
export async function planRemoval(
  root: WorkspaceRoot,
  folder: OpenFolder,
  {
    path,
    trashName,
    worktrees = [],
  }: {
    readonly path: Buffer | string;
    readonly trashName: string;
    readonly worktrees?: readonly Buffer[];
  },
): Promise<Tombstone> {
  const parts = root.relative(path);
  return {
    trashName: checkedTrashName(trashName),
    path: joined(parts).toString("base64"),
    folder: toIdentity(folder),
    worktree: await readWorktree(folder),
    nested: await readNested(folder, worktrees),
  };
}

async function readNested(folder: OpenFolder, paths: readonly Buffer[]): Promise<WorktreeHalf[]> {
  const found: WorktreeHalf[] = [];
  for (const path of paths.slice(0, NESTED_MAX)) {
    await using inner = await openBelow(folder, path);
    const half = inner && (await readWorktree(inner));
    if (half) found.push(half);
  }
  return found;
}

function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [SLASH, part])));
}
