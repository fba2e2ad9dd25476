import { OrbError } from "../../errors.ts";
import { namesOf } from "../record/rules/root-names.ts";
import { foldersAbove } from "../record/rules/workspace-path.ts";
import type { WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import type { Decided, RetentionDesk } from "../retention/retention-desk.ts";
import type { WorkspaceRoot } from "../tree/workspace-root.ts";
import { findFolders } from "./find-folders.ts";
import type { Found } from "./found.ts";
import { refreshWorkspace } from "./refresh-workspace.ts";

/** Records of one part of a sweep. Small enough that a process that is killed again and again still comes on. */
const PART = 100;
/** A workspace is measured once a day, so that its size and age are roughly known. One that is due is measured before it is decided. */
const MEASURE_EVERY_MS = 24 * 3600 * 1_000;
/** One that is due is measured again if its last measurement is older. */
const MEASURED_FRESH_MS = 60 * 60_000;
/** How long one sweep measures. What is left is measured in the next one. */
const MEASURING_MS_MAX = 5 * 60_000;
const MEASURED_AT_ONCE = 50;

interface Deps {
  readonly root: WorkspaceRoot;
  /** The names of the root, from `rootNames`. */
  readonly roots: readonly string[];
  readonly host: string;
  readonly store: WorkspaceStore;
  readonly desk: RetentionDesk;
  /** Learns the settings of these projects: see `learnSettings`. */
  readonly learnSettings: (projects: readonly string[], stopping: AbortSignal) => Promise<number>;
  /** Called with the ids of each part as soon as it is decided: what follows must not wait for the others. */
  readonly onDecided: (ids: readonly string[]) => Promise<void>;
  readonly now: () => Date;
  /** Called for a workspace that could not be measured; the others are. */
  readonly onError: (error: unknown, workspace: StoredWorkspace) => void;
}

/** What one sweep did. */
export interface Swept {
  readonly found: Found;
  readonly measured: number;
  readonly decided: number;
  /** Records that a decision changed. */
  readonly changed: number;
  /** Workspaces whose time has come. Whether one may go, its clean-up decides again. */
  readonly due: number;
}

/**
 * Brings the records of this host's workspaces up to date, in parts: which folders there are, how large and how old they are, how long
 * their repositories want them, and when each may go.
 *
 * @param stopping aborted when the process is to end: then it throws, and the next sweep does the rest
 * @throws OrbError if the root can't be read
 */
export async function sweepRegistry(deps: Deps, stopping: AbortSignal): Promise<Swept> {
  const found = await findFolders(deps, stopping);
  const relations = relationsOf(await deps.store.pathsOfHost(deps.host), deps.roots);
  let decided = 0;
  let changed = 0;
  let due = 0;
  for await (const part of deps.store.partsOfHost(deps.host, PART)) {
    stopping.throwIfAborted();
    const done = await decidePart(part, relations, deps, stopping);
    decided += part.length;
    changed += done.changed;
    due += done.due;
    await deps.onDecided(part.map(({ _id }) => _id));
  }
  const measured = await measureOld(deps, stopping);
  return { found, measured, decided, changed, due };
}

async function decidePart(
  part: readonly StoredWorkspace[],
  related: ReadonlySet<string>,
  deps: Deps,
  stopping: AbortSignal,
): Promise<{ readonly changed: number; readonly due: number }> {
  const { desk, learnSettings, now } = deps;
  let all = await decideAll(part, related, desk);
  const asking = [...all.values()].flatMap((decision) => unsettled(decision, now()));
  if (asking.length > 0 && (await learnSettings([...new Set(asking)], stopping)) > 0) {
    all = await decideAll(part, related, desk);
  }
  let changed = 0;
  let due = 0;
  for (const workspace of part) {
    stopping.throwIfAborted();
    const decision = all.get(workspace._id);
    if (!decision) continue;
    const fresh = isDue(decision, now()) ? await look(workspace, deps, stopping) : null;
    const last = fresh ? await desk.decide(fresh) : decision;
    if (isDue(last, now())) due += 1;
    if (await desk.record(fresh ?? workspace, last)) changed += 1;
  }
  return { changed, due };
}

async function decideAll(
  part: readonly StoredWorkspace[],
  related: ReadonlySet<string>,
  desk: RetentionDesk,
): Promise<Map<string, Decided>> {
  const all = new Map(await desk.decideAlone(part.filter(({ _id }) => !related.has(_id))));
  for (const one of part) if (related.has(one._id)) all.set(one._id, await desk.decide(one));
  return all;
}

/** The projects whose settings decide and are not known, or are not known to be those of now although the time has come. */
function unsettled({ retention, projects }: Decided, now: Date): readonly string[] {
  const unread = projects.filter(({ settingsUnread }) => settingsUnread);
  if (unread.length > 0 || !isDue({ retention }, now)) return unread.map(({ id }) => id);
  return projects.flatMap(({ id, end }) => (end && SET_BY_REPOSITORY.has(end.cause) ? [id] : []));
}

/** The settings for the others were remembered with the end of the pull request. */
const SET_BY_REPOSITORY: ReadonlySet<string> = new Set(["failed", "cancelled", "completed"]);

function isDue({ retention: { dueAt } }: Pick<Decided, "retention">, now: Date): boolean {
  return dueAt !== null && dueAt <= now;
}

/** Looks into a workspace that is due, unless that was done a short while ago. @returns its record if it was looked into */
async function look(
  workspace: StoredWorkspace,
  deps: Deps,
  stopping: AbortSignal,
): Promise<StoredWorkspace | null> {
  if (deps.now().getTime() - workspace.measuredAt.getTime() < MEASURED_FRESH_MS) return null;
  return measure(workspace, deps, stopping);
}

async function measureOld(deps: Deps, stopping: AbortSignal): Promise<number> {
  const { store, host, now } = deps;
  const beganMs = performance.now();
  const before = new Date(now().getTime() - MEASURE_EVERY_MS);
  let measured = 0;
  for (;;) {
    const part = await store.measuredBefore(host, { before, limit: MEASURED_AT_ONCE });
    for (const one of part) {
      if (performance.now() - beganMs > MEASURING_MS_MAX) return measured;
      await measure(one, deps, stopping);
      measured += 1;
    }
    if (part.length < MEASURED_AT_ONCE) return measured;
  }
}

async function measure(
  workspace: StoredWorkspace,
  deps: Deps,
  stopping: AbortSignal,
): Promise<StoredWorkspace | null> {
  try {
    return await refreshWorkspace(workspace, deps, stopping);
  } catch (error) {
    if (stopping.aborted || !(error instanceof OrbError)) throw error;
    // The record says so already.
    if (error.code !== "outside_root") deps.onError(error, workspace);
    return null;
  }
}

/** Those that contain or lie in others, or have two records by two names of the root. They are decided one by one. */
function relationsOf(
  all: readonly Pick<StoredWorkspace, "_id" | "path">[],
  roots: readonly string[],
): ReadonlySet<string> {
  const byPath = new Map<string, string[]>();
  for (const { _id, path } of all) {
    // Under the name of the root that comes first.
    const [name = path] = namesOf(path, roots).toSorted();
    byPath.set(name, [...(byPath.get(name) ?? []), _id]);
  }
  const related = new Set<string>();
  for (const [path, ids] of byPath) {
    const around = foldersAbove(path).flatMap((above) => byPath.get(above) ?? []);
    if (around.length === 0 && ids.length === 1) continue;
    for (const id of [...ids, ...around]) related.add(id);
  }
  return related;
}
