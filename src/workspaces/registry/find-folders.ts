import { stat } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { eachFew } from "../each-few.ts";
import { newWorkspace, unknownFolder } from "../record/new-workspace.ts";
import { namesOf } from "../record/rules/root-names.ts";
import { OWN_FOLDER } from "../tree/rules/own-folder.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { FolderIdentity, StoredWorkspace } from "../record/workspace.ts";
import { workspaceId } from "../record/workspace-id.ts";
import { toTreeFailure } from "../tree/failure.ts";
import { shownPath } from "../tree/shown-path.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { entryAt, folderAt } from "./folder-at.ts";
import { Finding, type Found, type RootProblemCode } from "./found.ts";
import { afterLoss, afterSight } from "./rules/after-sight.ts";

/** Entries or records of one part; between two parts others of the process have their turn. */
const PART = 200;
/** Known workspaces that are looked at at the same time. */
const AT_ONCE = 16;
/** Names below the root of what is never a workspace: the bot's own folder, and a file system's own. */
export const NO_WORKSPACES: ReadonlySet<string> = new Set([OWN_FOLDER, "lost+found"]);
/** How long a workspace that was named may not exist yet. */
const NEW_MS = 60 * 60_000;

interface Deps {
  readonly root: WorkspaceRoot;
  /** The names of the root, from `rootNames`. */
  readonly roots: readonly string[];
  readonly host: string;
  readonly store: WorkspaceStore;
  readonly now: () => Date;
}

/**
 * Compares the folders below the root with the known workspaces of this host. Direct children that no known workspace contains or lies
 * in are orphans. Links are never followed, and what can't be read is neither gone nor new.
 *
 * @param stopping aborted when the process is to end: then it throws, and the next run does the rest
 * @throws OrbError if the root itself can't be read
 */
export async function findFolders(deps: Deps, stopping: AbortSignal): Promise<Found> {
  await requireSameRoot(deps.root);
  const finding = new Finding();
  const known = await deps.store.pathsOfHost(deps.host);
  await lookAtChildren(known, { ...deps, finding, stopping });
  await lookAtKnown({ ...deps, finding, stopping });
  return finding.result();
}

/**
 * The root was opened once. If another folder is at its path now, such as a disk that was mounted later, nothing that is seen here says
 * anything about the workspaces of signals.
 */
async function requireSameRoot({ path, folder }: WorkspaceRoot): Promise<void> {
  const now = await stat(path, { bigint: true }).catch((error: unknown) => {
    throw toTreeFailure(error, path);
  });
  if (now.dev === folder.dev && now.ino === folder.ino) return;
  throw new OrbError({
    code: "root_replaced",
    reason: `Another folder is at ${shownPath(path)} since the bot has started.`,
    remedy: "Restart the worker of this host, so that it opens the folder that is there now.",
  });
}

interface Look extends Deps {
  readonly finding: Finding;
  readonly stopping: AbortSignal;
}

async function lookAtChildren(known: readonly Pick<StoredWorkspace, "path">[], look: Look): Promise<void> {
  const { root, roots, stopping } = look;
  const occupied = occupiedChildren(known, roots);
  let part: Buffer[] = [];
  for await (const { name } of root.folder.entries()) {
    if (occupied.has(name.toString("latin1")) || NO_WORKSPACES.has(String(name))) continue;
    part.push(name);
    if (part.length < PART) continue;
    stopping.throwIfAborted();
    await takeChildren(part, look);
    part = [];
  }
  await takeChildren(part, look);
}

/** The children of the root in which known workspaces are, or which are known themselves; as bytes, one character each. */
function occupiedChildren(
  known: readonly Pick<StoredWorkspace, "path">[],
  roots: readonly string[],
): ReadonlySet<string> {
  const names = known.flatMap(({ path }) =>
    roots.flatMap((root) =>
      path.startsWith(`${root}/`) ? (path.slice(root.length + 1).split("/")[0] ?? []) : [],
    ),
  );
  return new Set(names.map((name) => Buffer.from(name).toString("latin1")));
}

/** Children that are in no known workspace: new ones, and those at the path of one that is gone. */
async function takeChildren(names: readonly Buffer[], look: Look): Promise<void> {
  const { root, roots, host, store, now, finding } = look;
  const seen = await Promise.all(names.map(async (name) => ({ name, is: await childAt(name, look) })));
  const folders = seen.flatMap(({ name, is }) => {
    const path = textOf(name, roots);
    if (is === "other") finding.others += 1;
    else if (is === "link") finding.problem(problemOf("link_in_root", name, root));
    else if (is !== null && path === null) finding.problem(problemOf("name_not_text", name, root));
    else if (is !== null && path !== null) return [{ path, folder: is }];
    return [];
  });
  // The record of one that is gone may have any name of the root.
  const idsOf = (path: string) => namesOf(path, roots).map((each) => workspaceId({ host, path: each }));
  const gone = new Map(
    (await store.findAll(folders.flatMap(({ path }) => idsOf(path)))).map((one) => [one._id, one]),
  );
  const fresh: StoredWorkspace[] = [];
  for (const { path, folder } of folders) {
    const at = now();
    const before = idsOf(path).flatMap((id) => gone.get(id) ?? []);
    if (before.length === 0) {
      const one = newWorkspace({ host, path, noticedBy: "disk", at, now: at });
      fresh.push({ ...one, folder, seenAt: at });
    }
    const one = before.find(({ status }) => status === "missing") ?? before[0];
    // Most are fences, and need no other read.
    if (one && afterSight(one, folder, at).kind !== "nothing") await comeBack(one, folder, look);
  }
  finding.orphans += await store.insertFound(fresh);
}

/** One child that can't be read hides none of the others. */
async function childAt(name: Buffer, { root, finding }: Look): ReturnType<typeof entryAt> {
  try {
    return await entryAt(root.folder, name);
  } catch (error) {
    if (!(error instanceof OrbError)) throw error;
    const path = shownPath(Buffer.concat([Buffer.from(`${root.path}/`), name]));
    finding.problem({ code: "workspace_unreadable", path, reason: error.message, remedy: error.remedy });
    return null;
  }
}

async function comeBack(
  { _id }: StoredWorkspace,
  folder: FolderIdentity,
  { store, now, finding }: Look,
): Promise<void> {
  const at = now();
  let isBack = false;
  await store.change(_id, (before) => {
    const sight = afterSight(before, folder, at);
    isBack = sight.kind !== "nothing" && sight.kind !== "seen";
    if (sight.kind === "nothing") return null;
    if (sight.kind !== "new_orphan") return sight.change;
    const fresh = unknownFolder({ noticedBy: "disk", at, now: at });
    return { ...fresh, generation: before.generation + 1, folder, seenAt: at };
  });
  if (isBack) finding.back += 1;
}

/** Looks at the folder of each known workspace. */
async function lookAtKnown(look: Look): Promise<void> {
  const { store, host, stopping } = look;
  for await (const part of store.partsOfHost(host, PART))
    await eachFew(part, { atOnce: AT_ONCE, stopping }, (one) => lookAt(one, look));
}

async function lookAt(workspace: StoredWorkspace, look: Look): Promise<void> {
  const { root, store, now, finding } = look;
  const { _id, path } = workspace;
  const found = await folderAt(root, path);
  if (found instanceof OrbError) {
    const code = PROBLEMS.get(found.code);
    if (code === undefined) throw found;
    return finding.problem({ code, reason: found.message, remedy: found.remedy, path: shownPath(path) });
  }
  const change = (before: StoredWorkspace) => {
    if (found === null) return afterLoss(before, { now: now(), newMs: NEW_MS });
    const sight = afterSight(before, found, now());
    return "change" in sight ? sight.change : null;
  };
  // Most have not changed, and need no other read.
  if (change(workspace) === null) return;
  await store.change(_id, change);
  if (found === null) finding.missing += 1;
}

/** Failures of one workspace, which is left alone; others are failures of the look. */
const PROBLEMS: ReadonlyMap<string, RootProblemCode> = new Map(
  (["outside_root", "workspace_is_link", "workspace_unreadable"] as const).map((code) => [code, code]),
);

/** The path of a child under the first name of the root; `null` if its name is not UTF-8, so that no signal can name it. */
function textOf(name: Buffer, [root = ""]: readonly string[]): string | null {
  const text = name.toString("utf8");
  return Buffer.from(text).equals(name) ? `${root}/${text}` : null;
}

function problemOf(code: "link_in_root" | "name_not_text", name: Buffer, { path: root }: WorkspaceRoot) {
  const path = shownPath(Buffer.concat([Buffer.from(`${root}/`), name]));
  const { reason, remedy } = LEFT_ALONE[code];
  return { code, path, reason: `${path} ${reason}.`, remedy };
}

const LEFT_ALONE = {
  link_in_root: {
    reason: "is a link, which is never followed, so nothing behind it is a workspace",
    remedy: "Remove the link, or put the folder itself below WORKSPACE_ROOT.",
  },
  name_not_text: {
    reason: "has a name that is not UTF-8, so no signal can name it and it is left alone",
    remedy: "Rename it, or remove it by hand.",
  },
} as const;
