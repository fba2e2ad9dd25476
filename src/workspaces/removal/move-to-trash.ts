import type { BigIntStats } from "node:fs";
import { OrbError } from "../../errors.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { isSystemError } from "../tree/failure.ts";
import { shownPath } from "../tree/shown-path.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { missing, toRemovalFailure } from "./failure.ts";
import { renameFolder } from "./rename-folder.ts";
import { fromBase64, isIdentity, type Tombstone } from "../record/tombstone.ts";
import { lookAt, openTrash } from "./trash.ts";
import { unlessMissing } from "../tree/unless-missing.ts";

/** Where a workspace with a tombstone is. `gone`: in neither place, so it was removed, or somebody moved it. */
export type Whereabouts = "workspace" | "trash" | "gone";

/** Finds out how far a removal came, for example after a crash. Decides by the folder's identity and not by its name. */
export async function whereIs(root: WorkspaceRoot, tombstone: Tombstone): Promise<Whereabouts> {
  await using trash = await openTrash(root);
  if (await isHere(trash, tombstone.trashName, tombstone)) return "trash";
  await using place = await root.openPlace(fullPath(root, tombstone)).catch(unlessMissing);
  return place && (await isHere(place.parent, place.name, tombstone)) ? "workspace" : "gone";
}

/**
 * Renames a workspace into the trash of its root: one step, after which nobody reaches it by its path any more. What was held open
 * in it still is. Repeatable: if it is there already, nothing happens.
 *
 * @throws OrbError `workspace_changed` if something else has its path now; `workspace_missing`, `trash_on_other_device`,
 *   `trash_read_only`, `trash_full`, `workspace_busy`, `removal_forbidden`: then it is where it was
 */
export async function moveToTrash(root: WorkspaceRoot, tombstone: Tombstone): Promise<void> {
  await using trash = await openTrash(root);
  if (await isHere(trash, tombstone.trashName, tombstone)) return;
  await using place = await root.openPlace(fullPath(root, tombstone));
  const [from, to] = [place.parent.at(place.name), trash.at(tombstone.trashName)];
  // Nothing comes between the check and the rename; a process that is quicker than that is found right behind it.
  expectIdentity(await lookAt(place.parent, place.name), tombstone);
  await rename({ from, to, shown: fromBase64(tombstone.path) });
  if (await isHere(trash, tombstone.trashName, tombstone)) return;
  // Somebody exchanged it between the two calls: what was moved is not ours to remove.
  await rename({ from: to, to: from, shown: fromBase64(tombstone.path) });
  throw changed(tombstone);
}

/**
 * Renames a workspace back from the trash, because it turned out to be in use. Repeatable.
 *
 * @throws OrbError `path_taken` if something new has its path: it stays in the trash then; `workspace_missing` if it is not in the trash
 */
export async function putBack(root: WorkspaceRoot, tombstone: Tombstone): Promise<void> {
  await using trash = await openTrash(root);
  await using place = await root.openPlace(fullPath(root, tombstone));
  const [from, to] = [trash.at(tombstone.trashName), place.parent.at(place.name)];
  const taken = await lookAt(place.parent, place.name);
  if (taken && isIdentity(taken, tombstone.folder)) return;
  if (taken) throw pathTaken(fromBase64(tombstone.path));
  expectIdentity(await lookAt(trash, tombstone.trashName), tombstone);
  await rename({ from, to, shown: fromBase64(tombstone.path) });
}

/** The full path of the workspace of a tombstone. */
export function fullPath(root: WorkspaceRoot, { path }: Tombstone): Buffer {
  return Buffer.concat([Buffer.from(`${root.path}/`), fromBase64(path)]);
}

async function isHere(
  folder: OpenFolder,
  name: Buffer | string,
  { folder: expected }: Tombstone,
): Promise<boolean> {
  const found = await lookAt(folder, name);
  return found !== null && isIdentity(found, expected);
}

function expectIdentity(found: BigIntStats | null, tombstone: Tombstone): void {
  if (found && isIdentity(found, tombstone.folder)) return;
  throw found ? changed(tombstone) : missing(fromBase64(tombstone.path));
}

async function rename({ from, to, shown }: { from: Buffer; to: Buffer; shown: Buffer }): Promise<void> {
  try {
    await renameFolder(from, to);
  } catch (error) {
    // Between the check and the rename somebody may put a folder with something in it there.
    if (
      isSystemError(error) &&
      (error.code === "ENOTEMPTY" || error.code === "EEXIST" || error.code === "ENOTDIR")
    )
      throw pathTaken(shown);
    throw toRemovalFailure(error, shown);
  }
}

function changed({ path }: Tombstone): OrbError {
  return new OrbError({
    code: "workspace_changed",
    reason: `${shownPath(fromBase64(path))} is not the folder any more that was checked: somebody has replaced it.`,
    remedy: "No action needed: the new folder stays, and is judged like any other workspace.",
  });
}

function pathTaken(path: Buffer): OrbError {
  return new OrbError({
    code: "path_taken",
    reason: `Something new is at ${shownPath(path)}, so the workspace can't be put back there. It is kept in the trash.`,
    remedy: "Move what is there to another name, and run the clean-up again: it puts the workspace back.",
  });
}
