import { OrbError } from "../../errors.ts";
import { isSystemError } from "../tree/failure.ts";
import { OpenFolder } from "../tree/open-folder.ts";
import { pathParts } from "../tree/path-parts.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { type MovedFolder, type NamedHow, whereNow } from "./moved-folder.ts";

/**
 * A folder inside another; no link on the way is followed.
 *
 * @returns `null` if it does not exist
 * @throws OrbError `git_unreadable`
 */
export async function openBelow(folder: OpenFolder, path: Buffer | string): Promise<OpenFolder | null> {
  let here: OpenFolder | null = null;
  for (const part of pathParts(Buffer.from(path))) {
    await using parent: OpenFolder | null = here;
    here = await openOne(parent ?? folder, part, path);
    if (here === null) return null;
  }
  return here;
}

async function openOne(folder: OpenFolder, name: Buffer, shown: Buffer | string): Promise<OpenFolder | null> {
  try {
    return await folder.openFolder(name);
  } catch (error) {
    if (error instanceof OrbError && error.code === "workspace_missing") return null;
    throw gitUnreadable(shown, "is not a folder that can be opened without following a link", error);
  }
}

/**
 * A folder that a file of a repository names, such as the main repository of a linked worktree. It may lie anywhere, so links on
 * the way are followed, but not the last one. Only git's objects and refs are read from it.
 *
 * @param base where a relative path begins
 * @param moved the workspace, if it is away from its path
 * @throws OrbError `git_unreadable` if it can't be opened
 */
export async function openNamed(base: OpenFolder, path: Buffer, moved?: MovedFolder): Promise<OpenFolder> {
  try {
    return await OpenFolder.open(await namedPath(base, path, { moved }), path);
  } catch (error) {
    if (!(error instanceof OrbError) && !isSystemError(error)) throw error;
    throw gitUnreadable(path, "is named by the repository and can't be opened", error);
  }
}

/**
 * The path for `node:fs` of what a file of a repository names.
 *
 * @throws OrbError as `whereNow`
 */
export async function namedPath(
  base: OpenFolder,
  path: Buffer,
  { moved, followsLast }: NamedHow = {},
): Promise<Buffer> {
  if (moved) return whereNow(base, path, { moved, ...(followsLast !== undefined && { followsLast }) });
  const isAbsolute = path[0] === 0x2f;
  return isAbsolute ? path : Buffer.concat([Buffer.from(`/proc/self/fd/${base.fd}/`), path]);
}
