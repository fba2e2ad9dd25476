import { chmod, mkdir, rename, rmdir, unlink, writeFile } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { readSmallFile } from "../tree/read-small-file.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { toRemovalFailure } from "./failure.ts";
import { fullPath } from "./move-to-trash.ts";
import { fenceFiles, fenceMark } from "./rules/fence-files.ts";
import type { Tombstone } from "../record/tombstone.ts";
import { lookAt, openFences } from "./trash.ts";
import { unlessMissing } from "../tree/unless-missing.ts";

const READ_ONLY_FOLDER = 0o555;
const READ_ONLY_FILE = 0o444;
const WRITABLE_FOLDER = 0o755;
/** All files of a fence are shorter. */
const FENCE_BYTES_MAX = 4_096;

/** `taken`: something else has the path, so there is no fence. `gone`: so is the folder around it. */
export type Raised = "up" | "taken" | "gone";
/** `in use`: somebody put something into the fence, so it stays. `other`: what has the path is not this fence. */
export type Lowered = "lowered" | "in use" | "other";

/**
 * Puts a fence where a removed workspace was: a small read-only folder in which git and package managers fail with a note. Without it
 * an agent that wakes up there would fall through to a repository in a folder above, and go on in that. Repeatable. It appears
 * whole, and only if nothing has the path.
 *
 * @param note one sentence for the agent and its people
 * @throws OrbError those of `toRemovalFailure`
 */
export async function raiseFence(
  root: WorkspaceRoot,
  tombstone: Tombstone,
  { note }: { readonly note: string },
): Promise<Raised> {
  await using place = await root.openPlace(fullPath(root, tombstone)).catch(unlessMissing);
  if (!place) return "gone";
  if (await lookAt(place.parent, place.name))
    return (await isFenceOf(place.parent, place.name, tombstone)) ? "up" : "taken";
  await using fences = await openFences(root);
  await removeFence(fences, tombstone.trashName);
  await build(fences, { name: tombstone.trashName, files: fenceFiles(tombstone.trashName, note) });
  await using fence = await fences.openFolder(tombstone.trashName);
  // Nothing comes between the check and the rename.
  if (await lookAt(place.parent, place.name)) {
    await removeFence(fences, tombstone.trashName);
    return "taken";
  }
  await move(fences.at(tombstone.trashName), place.parent.at(place.name));
  // Only now: its owner could not move a read-only folder to another place.
  await chmod(descriptorPath(fence.fd), READ_ONLY_FOLDER);
  return "up";
}

/** Takes a fence away again, if it is still as it was. Repeatable. @throws OrbError those of `toRemovalFailure` */
export async function lowerFence(root: WorkspaceRoot, tombstone: Tombstone): Promise<Lowered> {
  await using fences = await openFences(root);
  // An earlier try may have left it there.
  if (!(await removeFence(fences, tombstone.trashName))) return "in use";
  await using place = await root.openPlace(fullPath(root, tombstone)).catch(unlessMissing);
  if (!place || !(await lookAt(place.parent, place.name))) return "lowered";
  if (!(await isFenceOf(place.parent, place.name, tombstone))) return "other";
  await using fence = await place.parent.openFolder(place.name);
  await chmod(descriptorPath(fence.fd), WRITABLE_FOLDER);
  await move(place.parent.at(place.name), fences.at(tombstone.trashName));
  // After the rename nobody comes in by the path any more, so what is in it now is all that there will be.
  if (await removeFence(fences, tombstone.trashName)) return "lowered";
  if (!(await lookAt(place.parent, place.name)))
    await move(fences.at(tombstone.trashName), place.parent.at(place.name));
  return "in use";
}

/** Whether this folder is the fence of this tombstone, and nothing else: an agent could have made one that looks like it. */
async function isFenceOf(parent: OpenFolder, name: Buffer, { trashName }: Tombstone): Promise<boolean> {
  const folder = await parent.openFolder(name).catch(unlessOrb);
  if (!folder) return false;
  await using _ = folder;
  const pointer = await readSmallFile(folder, ".git", FENCE_BYTES_MAX);
  return pointer !== null && pointer.includes(fenceMark(trashName));
}

async function build(
  fences: OpenFolder,
  { name, files }: { readonly name: string; readonly files: ReadonlyMap<string, string> },
): Promise<void> {
  await mkdir(fences.at(name), { mode: WRITABLE_FOLDER });
  await using folder = await fences.openFolder(name);
  for (const [file, content] of files)
    await writeFile(folder.at(file), content, { mode: READ_ONLY_FILE, flag: "wx" });
}

/** @returns whether it is gone; `false` if something else than a fence is in it, and then all of that stays */
async function removeFence(fences: OpenFolder, name: string): Promise<boolean> {
  const fence = await fences.openFolder(name).catch(unlessMissing);
  if (!fence) return true;
  await using _ = fence;
  const known = fenceFiles(name, "");
  const found: Buffer[] = [];
  for await (const entry of fence.entries()) {
    const content = await readSmallFile(fence, entry.name, FENCE_BYTES_MAX);
    if (!known.has(String(entry.name)) || !content?.includes(fenceMark(name))) return false;
    found.push(entry.name);
  }
  for (const each of found) await unlink(fence.at(each));
  await rmdir(fences.at(name));
  return true;
}

async function move(from: Buffer, to: Buffer): Promise<void> {
  await rename(from, to).catch((error: unknown) => {
    throw toRemovalFailure(error, to);
  });
}

function unlessOrb(error: unknown): null {
  if (error instanceof OrbError) return null;
  throw error;
}
