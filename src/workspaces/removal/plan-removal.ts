import type { OpenFolder } from "../tree/open-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { checkedTrashName, toIdentity, type Tombstone } from "../record/tombstone.ts";
import { readWorktree } from "./worktree.ts";

const SLASH = Buffer.from("/");

/**
 * The tombstone of a workspace that is open: everything that a removal needs to know, to be stored before it begins. Changes nothing.
 *
 * @param path the workspace's, below the root
 * @param trashName 8 to 64 lower-case letters, digits and dashes, which nobody can guess
 * @throws OrbError `outside_root`, `trash_name_refused`
 */
export async function planRemoval(
  root: WorkspaceRoot,
  folder: OpenFolder,
  { path, trashName }: { readonly path: Buffer | string; readonly trashName: string },
): Promise<Tombstone> {
  const parts = root.relative(path);
  return {
    trashName: checkedTrashName(trashName),
    path: joined(parts).toString("base64"),
    folder: toIdentity(folder),
    worktree: await readWorktree(folder),
  };
}

function joined(parts: readonly Buffer[]): Buffer {
  return Buffer.concat(parts.flatMap((part, index) => (index === 0 ? [part] : [SLASH, part])));
}
