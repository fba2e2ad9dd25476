import { OrbError } from "../../errors.ts";
import type { Transaction } from "../../mongo/database.ts";
import type { OutlineFacts } from "../../projects/project.ts";
import { earlyEnd } from "../../projects/rules/clean-up.ts";
import type { ProjectStore } from "../../projects/store.ts";
import { signalKey } from "../../signals/rules/order.ts";
import type { Signal, SignalType } from "../../signals/signal.ts";
import type { SignalHandler } from "../../signals/signal-work.ts";
import { unknownFolder } from "../record/new-workspace.ts";
import { workspacePath } from "../record/rules/workspace-path.ts";
import { OF_PROJECT_MAX, type WorkspaceStore } from "../record/store.ts";
import type { StoredWorkspace } from "../record/workspace.ts";
import { workspaceId } from "../record/workspace-id.ts";
import type { RetentionDesk } from "../retention/retention-desk.ts";
import { afterDecision } from "../retention/rules/after-decision.ts";
import { afterSignal, beginsAnother, type WorkspaceSignal } from "./rules/after-signal.ts";
import { GRACE_MS, HEARTBEAT_LEASE_MS, PHASE_LEASE_MS } from "./rules/lease-times.ts";

interface Deps {
  readonly store: WorkspaceStore;
  readonly projectStore: ProjectStore;
  readonly desk: RetentionDesk;
  readonly now: () => Date;
  /** Called after the commit for a signal that names no possible path. It is stored, and no workspace is known from it. */
  readonly onBadPath: (signal: Pick<Signal, "type" | "project">, problem: OrbError) => void;
}

interface Place {
  readonly host: string;
  readonly path: string;
}

/**
 * Learns of workspaces from signals: who named them, who works in them, and when they may go. It reads what the subject of projects
 * has made of the same signal in the same transaction, so it must come after it.
 */
export function takeSignals(deps: Deps): SignalHandler {
  return async (signal, { receivedAt, transaction }) => {
    const place = placeNamedBy(signal);
    if (place instanceof OrbError) {
      await learn(signal, { place: null, receivedAt, transaction }, deps);
      return () => deps.onBadPath(signal, place);
    }
    await learn(signal, { place, receivedAt, transaction }, deps);
    return () => {};
  };
}

async function learn(
  signal: Signal,
  { place, receivedAt, transaction }: { place: Place | null; receivedAt: Date; transaction: Transaction },
  { store, projectStore, desk, now }: Deps,
): Promise<void> {
  const at = now();
  const ofProject = await store.ofProject(signal.project, transaction);
  // A sender that names ever more folders fills neither the collection nor a transaction.
  const isFull = ofProject.length >= OF_PROJECT_MAX;
  const named =
    place && (await openNamed(signal, { place, ofProject, isFull, receivedAt, at, store, transaction }));
  // Most signals are of projects without a workspace here; the project need not be read for them.
  if (!named && ofProject.length === 0) return;
  const others = ofProject.filter(({ _id }) => _id !== named?._id);
  const stored = await projectStore.findAll([signal.project], transaction);
  const project = stored[0]?.facts ?? null;
  const heard = heardOf(signal, { project, receivedAt, now: at });
  for (const before of [...(named ? [named] : []), ...others]) {
    const names = before._id === named?._id;
    const after = await applySignal(before, { ...heard, names }, { store, transaction });
    if (!after || !mayMove(before, signal, project)) continue;
    const { retention, projects } = await desk.decide(after, transaction);
    const change = afterDecision(after, retention, { now: at, projects });
    if (change) await store.save(after._id, change, transaction);
  }
}

/**
 * Signs of work make nothing due. So the frequent ones cost no decision, unless the workspace was to go. A creation that arrives after
 * the end of its project is the first to name a workspace that nobody needs.
 */
function mayMove({ dueAt }: StoredWorkspace, { type }: Signal, project: OutlineFacts | null): boolean {
  if (dueAt !== null || DECISIVE.has(type)) return true;
  return type === "orb.project.created" && project !== null && earlyEnd(project) !== null;
}

const DECISIVE: ReadonlySet<SignalType> = new Set([
  "orb.implementation.completed",
  "orb.project.cancelled",
  "orb.project.failed",
]);

/** The record of the folder that a signal names; `null` if its project has named too many already. */
async function openNamed(
  { time }: Signal,
  {
    place,
    ofProject,
    isFull,
    receivedAt,
    at,
    store,
    transaction,
  }: {
    readonly place: Place;
    readonly ofProject: readonly StoredWorkspace[];
    readonly isFull: boolean;
    readonly receivedAt: Date;
    readonly at: Date;
    readonly store: WorkspaceStore;
    readonly transaction: Transaction;
  },
): Promise<StoredWorkspace | null> {
  const id = workspaceId(place);
  if (isFull && !ofProject.some(({ _id }) => _id === id)) return store.find(id, transaction);
  // A sender's clock may be ahead, and the signal may have waited for long since it came.
  const createdAt = time > receivedAt ? receivedAt : time;
  const noticed = { ...place, noticedBy: "signal", at: createdAt, now: at } as const;
  return store.openForChange(noticed, transaction);
}

function heardOf(
  signal: Signal,
  { project, receivedAt, now }: { project: OutlineFacts | null; receivedAt: Date; now: Date },
): Omit<WorkspaceSignal, "names"> {
  const after = (ms: number) => new Date(receivedAt.getTime() + ms);
  return {
    signal,
    key: signalKey(signal),
    repository: signal.type === "orb.project.created" ? signal.data.repository : null,
    project,
    now,
    until: { heartbeat: after(HEARTBEAT_LEASE_MS), phase: after(PHASE_LEASE_MS), grace: after(GRACE_MS) },
  };
}

/** @returns the record after it; `null` if the signal is about an earlier folder at the path */
async function applySignal(
  before: StoredWorkspace,
  heard: WorkspaceSignal,
  { store, transaction }: { store: WorkspaceStore; transaction: Transaction },
): Promise<StoredWorkspace | null> {
  const { signal, now } = heard;
  const isAnother = beginsAnother(before, signal);
  if (before.goneAt !== null && !isAnother) return null;
  const fresh = { noticedBy: "signal", at: signal.time > now ? now : signal.time, now } as const;
  const begun = isAnother ? { ...unknownFolder(fresh), generation: before.generation + 1 } : {};
  const folder = { ...before, ...begun };
  // The project that works in a new folder has named it, even if only with the folder before it.
  const change = { ...begun, ...afterSignal(folder, { ...heard, names: heard.names || isAnother }) };
  await store.save(before._id, change, transaction);
  return { ...before, ...change };
}

function placeNamedBy(signal: Signal): Place | OrbError | null {
  if (signal.type !== "orb.project.created" && signal.type !== "orb.workspace.active") return null;
  const { host, path } = signal.data.workspace;
  try {
    return { host, path: workspacePath(path) };
  } catch (error) {
    if (error instanceof OrbError) return error;
    throw error;
  }
}
