import type { BigIntStats } from "node:fs";
import { chmod, rmdir } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { OWN_FOLDER } from "../tree/rules/own-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { glanceAtRoom, measureRoom } from "./measure-room.ts";
import { describeFinding } from "./rules/describe-findings.ts";
import { type Finding, findingOf } from "./rules/findings.ts";
import { freedBy, type Room } from "./rules/freed.ts";
import { isIdentity, type Tombstone } from "../record/tombstone.ts";
import { lookAt, openTrash, TRASH } from "./trash.ts";
import { emptyFolder } from "./walk/empty-folder.ts";
import type { Counts, WalkOptions } from "./walk/steering.ts";

/** A removal that is finished and checked. */
export interface Removed {
  readonly counts: Counts;
  /** What the file system has more than before. Never more than was promised, and never negative. */
  readonly freed: Room;
}

/** How far a removal has come. */
export interface Progress extends Counts, Room {}

export interface DeleteOptions extends Omit<WalkOptions, "progress"> {
  /** Called several times a second. `bytes` is what the file system has more than before, as far as it says. */
  readonly progress?: ((progress: Progress) => void) | undefined;
  /** What a survey said that would be freed. Others free room meanwhile; it does not count for this removal. */
  readonly promised?: Room | null;
  readonly allowSubvolumes?: boolean;
}

/**
 * Removes a workspace from the trash for good, and checks that it is gone. Repeatable: after a crash, or if it was stopped, it continues
 * with what is left. Takes as long as the tree is large; it neither blocks the event loop nor needs more memory for more files.
 *
 * @throws OrbError `stopping` if `signal` aborts; `trash_entry_changed` if something else has its name in the trash; else the code of the
 *   first thing that can't be removed, such as `mount_inside`: all else in it is gone then
 */
export async function deleteTrash(
  root: WorkspaceRoot,
  tombstone: Tombstone,
  { promised = null, allowSubvolumes = false, progress, ...options }: DeleteOptions = {},
): Promise<Removed> {
  await using trash = await openTrash(root);
  const { trashName } = tombstone;
  const stat = await lookAt(trash, trashName);
  if (!stat) return { counts: NOTHING, freed: { bytes: 0, inodes: 0 } };
  const before = await measureRoom(trash);
  await using top = await trash.openFolder(trashName);
  if (!isIdentity(top, tombstone.folder)) throw changed(tombstone);
  await makeWritable(top, stat);
  const { counts, findings } = await emptyFolder(top, {
    ...options,
    allowSubvolumes,
    progress: progress && reportFreed(trash, { before, progress }),
  });
  const [first] = findings;
  if (first) throw stuck(root, tombstone, first);
  await removeTop(root, trash, tombstone);
  const after = await measureRoom(trash);
  return { counts: { ...counts, folders: counts.folders + 1 }, freed: freedBy({ promised, before, after }) };
}

/** Adds what the file system says to each report. Its answer comes a moment later, so it is for the next one. */
function reportFreed(
  trash: OpenFolder,
  { before, progress }: { readonly before: Room; readonly progress: (progress: Progress) => void },
): (counts: Counts) => void {
  let bytes = 0;
  const ask = async () => {
    const now = await glanceAtRoom(trash).catch(() => before);
    bytes = Math.max(bytes, now.bytes - before.bytes);
  };
  return (counts) => {
    void ask();
    progress({ ...counts, bytes, inodes: counts.files + counts.folders });
  };
}

const NOTHING: Counts = { files: 0, folders: 0 };
const OWNER_ALL = 0o700;

/** As for each folder below: only its owner may, and it acts on the open folder. */
async function makeWritable(top: OpenFolder, { uid, mode }: BigIntStats): Promise<void> {
  if (Number(uid) !== process.geteuid?.() || (Number(mode) & OWNER_ALL) === OWNER_ALL) return;
  await chmod(descriptorPath(top.fd), OWNER_ALL).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
  });
}

/** Checks in the same breath that it is still the folder that was emptied, and afterwards that nothing has its name. */
async function removeTop(root: WorkspaceRoot, trash: OpenFolder, tombstone: Tombstone): Promise<void> {
  const { trashName } = tombstone;
  const found = await lookAt(trash, trashName);
  if (found && !isIdentity(found, tombstone.folder)) throw changed(tombstone);
  await rmdir(trash.at(trashName)).catch((error: unknown) => {
    if (!isSystemError(error)) throw error;
    if (error.code === "ENOENT") return;
    throw stuck(root, tombstone, {
      code: findingOf(error.code),
      count: 1,
      example: Buffer.alloc(0),
      owner: null,
    });
  });
  if (await lookAt(trash, trashName)) throw changed(tombstone);
}

function stuck(root: WorkspaceRoot, { trashName }: Tombstone, finding: Finding): OrbError {
  const workspace = Buffer.from(`${root.path}/${OWN_FOLDER}/${TRASH}/${trashName}`);
  return new OrbError(describeFinding(finding, { workspace, self: process.geteuid?.() ?? 0 }));
}

function changed({ trashName }: Tombstone): OrbError {
  return new OrbError({
    code: "trash_entry_changed",
    reason: `${trashName} in the trash is not the workspace that was moved there.`,
    remedy: `Look into ${OWN_FOLDER}/${TRASH} below WORKSPACE_ROOT: nobody but the bot may write there.`,
  });
}
