/** Where the `.git` file of a linked worktree says that its entry is. */
export interface WorktreeAddress {
  /** The `.git` folder of the main repository; links in it are not resolved yet. */
  readonly common: Buffer;
  readonly id: Buffer;
}

// `gitdir: <common>/worktrees/<id>`, https://git-scm.com/docs/gitrepository-layout. Read as bytes; ids are made by git from the last
// name of the path, so they hold no slash, and nothing that would be a path of its own.
const POINTER = /^gitdir: (?<common>[^\n]+)\/worktrees\/(?<id>[^/\n]+)\n*$/;

/**
 * @param pointer the content of the `.git` file
 * @param around the folder that the file is in, for a path that is relative to it
 * @returns `null` if it does not name the entry of a worktree, such as in a submodule
 */
export function worktreeAddress(pointer: Buffer, around: Buffer): WorktreeAddress | null {
  const groups = POINTER.exec(pointer.toString("latin1"))?.groups;
  const common = groups?.["common"];
  const id = groups?.["id"];
  if (common === undefined || id === undefined || id === "." || id === ".." || common.includes("\0"))
    return null;
  const path = common.startsWith("/") ? common : `${around.toString("latin1")}/${common}`;
  return { common: Buffer.from(path, "latin1"), id: Buffer.from(id, "latin1") };
}
