import { lstat, mkdir } from "node:fs/promises";
import type { BigIntStats } from "node:fs";
import { OrbError } from "../../errors.ts";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { OWN_FOLDER } from "../tree/rules/own-folder.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { toRemovalFailure } from "./failure.ts";
import { type Identity, toIdentity } from "../record/tombstone.ts";
import { unlessMissing } from "../tree/unless-missing.ts";

/** Below the bot's own folder. */
export const TRASH = "trash";
const FENCES = "fences";
/** Nobody but the bot may enter: what is in the trash must not be used any more. */
const OWNER_ONLY = 0o700;
const OTHERS = 0o077;
/** Entries of the trash that are read. More are a fault, and the rest is read when these are gone. */
const ENTRIES_MAX = 10_000;

/** One workspace in the trash, as it is found there. */
export interface TrashEntry {
  readonly name: Buffer;
  readonly found: Identity;
  /** When it was moved there, as far as the file system knows. */
  readonly since: Date;
}

/** Opens the trash of a root; creates it at the first time. @throws OrbError `trash_unusable` and those of `toRemovalFailure` */
export function openTrash(root: WorkspaceRoot): Promise<OpenFolder> {
  return openOwn(root, TRASH);
}

/** Opens the folder in which fences are built. @throws as `openTrash` */
export function openFences(root: WorkspaceRoot): Promise<OpenFolder> {
  return openOwn(root, FENCES);
}

/** What is in the trash now. A root that never had one has nothing in it. Changes nothing. */
export async function readTrash(root: WorkspaceRoot): Promise<readonly TrashEntry[]> {
  const entries: TrashEntry[] = [];
  await using stack = new AsyncDisposableStack();
  const own = await root.folder.openFolder(OWN_FOLDER).catch(unlessMissing);
  if (!own) return entries;
  stack.use(own);
  const trash = await own.openFolder(TRASH).catch(unlessMissing);
  if (!trash) return entries;
  stack.use(trash);
  for await (const { name } of trash.entries()) {
    const stat = await lookAt(trash, name);
    if (stat) entries.push({ name, found: toIdentity(stat), since: stat.ctime });
    if (entries.length === ENTRIES_MAX) break;
  }
  return entries;
}

/** What has this name now, without following a link; `null` if nothing has. @throws the system's error if it does not say */
export async function lookAt(folder: OpenFolder, name: Buffer | string): Promise<BigIntStats | null> {
  return await lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return null;
    throw error;
  });
}

async function openOwn(root: WorkspaceRoot, name: string): Promise<OpenFolder> {
  await using own = await makeAndOpen(root.folder, OWN_FOLDER);
  return await makeAndOpen(own, name);
}

async function makeAndOpen(around: OpenFolder, name: string): Promise<OpenFolder> {
  await mkdir(around.at(name), { mode: OWNER_ONLY }).catch((error: unknown) => {
    if (!isSystemError(error) || error.code !== "EEXIST") throw toRemovalFailure(error, name);
  });
  const folder = await around.openFolder(name);
  try {
    await checkOwn(folder, around, name);
    return folder;
  } catch (error) {
    await folder.close();
    throw error;
  }
}

/** Somebody else's folder, or one that others may write to, is no place for what must not be touched any more. */
async function checkOwn(folder: OpenFolder, around: OpenFolder, name: string): Promise<void> {
  const stat = await lookAt(around, name);
  const isOwn =
    stat !== null && Number(stat.uid) === process.geteuid?.() && (Number(stat.mode) & OTHERS) === 0;
  const isHere = folder.mountId === around.mountId && stat?.ino === folder.ino;
  if (isOwn && isHere) return;
  throw new OrbError({
    code: "trash_unusable",
    reason: `The folder ${OWN_FOLDER} below WORKSPACE_ROOT is not the bot's own, is open to others, or is a mount of its own.`,
    remedy: `Look what is in it, and remove it: the bot creates ${OWN_FOLDER} itself, with the mode 0700.`,
  });
}
