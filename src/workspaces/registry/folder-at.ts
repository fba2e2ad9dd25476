import { lstat } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import type { FolderIdentity } from "../record/workspace.ts";
import { isSystemError, toTreeFailure } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { shownPath } from "../tree/shown-path.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";

/**
 * Which folder is at the path of a workspace now.
 *
 * @returns `null` only if the kernel says that nothing has this name; an error that says why it is not known
 */
export async function folderAt(root: WorkspaceRoot, path: string): Promise<FolderIdentity | OrbError | null> {
  try {
    await using place = await root.openPlace(path);
    const is = await entryAt(place.parent, place.name);
    return is === "link" || is === "other" ? notAFolder(path) : is;
  } catch (error) {
    if (!(error instanceof OrbError)) throw error;
    return error.code === "workspace_missing" ? null : error;
  }
}

/**
 * What an entry is, without following a link.
 *
 * @returns `null` if there is none
 * @throws OrbError `workspace_unreadable`
 */
export async function entryAt(
  folder: OpenFolder,
  name: Buffer,
): Promise<FolderIdentity | "link" | "other" | null> {
  try {
    const found = await lstat(folder.at(name), { bigint: true });
    if (found.isSymbolicLink()) return "link";
    if (!found.isDirectory()) return "other";
    const { dev, ino, birthtimeMs } = found;
    return { dev: String(dev), ino: String(ino), bornMs: Number(birthtimeMs) };
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return null;
    throw toTreeFailure(error, name);
  }
}

function notAFolder(path: string): OrbError {
  const shown = shownPath(path);
  return new OrbError({
    code: "workspace_is_link",
    reason: `${shown} is a link or no folder. No link is followed below the root.`,
    remedy: "Name the workspace by the path of the folder itself, below WORKSPACE_ROOT.",
  });
}
