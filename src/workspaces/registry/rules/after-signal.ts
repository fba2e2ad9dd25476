import type { OutlineFacts } from "../../../projects/project.ts";
import type { Signal, SignalType } from "../../../signals/signal.ts";
import { clip } from "../../../text/clip.ts";
import { withoutInvisible } from "../../../text/invisible.ts";
import { latestActivity } from "../../record/rules/activity.ts";
import { holding, withLease, withoutLease } from "../../record/rules/leases.ts";
import type { Lease, LeaseKind, StoredWorkspace } from "../../record/workspace.ts";
import type { WorkspaceChange } from "../../record/store.ts";
import { runningPhase } from "./running-phase.ts";

/** Projects of one workspace. More name it only by mistake or to do harm. */
export const PROJECTS_MAX = 50;

/** A signal as it concerns one workspace. */
export interface WorkspaceSignal {
  readonly signal: Pick<Signal, "type" | "source" | "time" | "project">;
  /** `signalKey` of it. */
  readonly key: string;
  /** Whether it names the workspace itself, and not only a project that has named it. */
  readonly names: boolean;
  /** `owner/name`, if it creates the project. */
  readonly repository: string | null;
  /** The facts about its project, with this signal; `null` if there are none. */
  readonly project: OutlineFacts | null;
  readonly now: Date;
  /** When each kind of lease ends that is given now. */
  readonly until: Readonly<Record<Exclude<LeaseKind, "cleanup">, Date>>;
}

/** Signals that say that the work ends. All others are signs of work. */
const ENDS: ReadonlySet<SignalType> = new Set(["orb.project.cancelled", "orb.project.failed"]);

/**
 * What a signal changes in the record of a workspace that has a folder. Leases run from its arrival and not from its own time: a
 * sender's clock may be wrong, and a lease that is too long only keeps.
 */
export function afterSignal(before: StoredWorkspace, heard: WorkspaceSignal): WorkspaceChange {
  const { signal, names, project, now } = heard;
  const isWork = !ENDS.has(signal.type);
  const cancelledAt = project?.cancelled?.at ?? null;
  const isOver = cancelledAt !== null && signal.time <= cancelledAt;
  const wasOver = cancelledAt !== null && before.lastActiveAt <= cancelledAt;
  const { at, source } = latestActivity(
    { at: before.lastActiveAt, source: before.lastActiveBy },
    isWork
      ? [{ at: signal.time, source: signal.type === "orb.workspace.active" ? "heartbeat" : "signal" }]
      : [],
    now,
  );
  return {
    ...(names && named(before, heard)),
    createdAt: names && signal.time < before.createdAt ? signal.time : before.createdAt,
    lastActiveAt: at,
    lastActiveBy: source,
    lastSignalAt: isWork ? now : before.lastSignalAt,
    leases: leasesAfter(before.leases, heard, { gracious: isWork && !isOver, over: !isWork && wasOver }),
    updatedAt: now,
  };
}

function named(
  before: StoredWorkspace,
  { signal: { project, time }, repository }: WorkspaceSignal,
): WorkspaceChange {
  const { projects, projectsDropped } = before;
  const isKnown = projects.includes(project);
  const isFull = !isKnown && projects.length >= PROJECTS_MAX;
  const isLatest = repository !== null && (before.repositoryAt === null || time >= before.repositoryAt);
  return {
    noticedBy: "signal",
    projects: isKnown || isFull ? projects : [...projects, project].sort(),
    projectsDropped: projectsDropped + (isFull ? 1 : 0),
    ...(isLatest && { repository, repositoryAt: time }),
  };
}

/**
 * A cancellation ends the phases and the grace of its project, whichever signal comes first. Heartbeats run out by themselves: somebody
 * works there.
 */
function leasesAfter(
  before: readonly Lease[],
  { signal, key, project, now, until }: WorkspaceSignal,
  { gracious, over }: { readonly gracious: boolean; readonly over: boolean },
): readonly Lease[] {
  const ofProject = `project ${signal.project}`;
  const given = (kind: keyof typeof until, holder: string): Lease => {
    return { kind, holder, until: until[kind], signal: key, since: now };
  };
  let leases = holding(before, now);
  const phase = project && runningPhase(project);
  leases = phase
    ? withLease(leases, given("phase", ofProject), now)
    : withoutLease(leases, { kind: "phase", holder: ofProject });
  if (gracious) leases = withLease(leases, given("grace", ofProject), now);
  else if (over) leases = withoutLease(leases, { kind: "grace", holder: ofProject });
  if (signal.type !== "orb.workspace.active") return leases;
  return withLease(leases, given("heartbeat", holderOf(signal)), now);
}

/** As much of a sender's name as people read. Two senders with the same beginning then share a lease, which ends with the later. */
const SOURCE_CHARACTERS_MAX = 200;

function holderOf({ project, source }: Pick<Signal, "project" | "source">): string {
  return `project ${project} (${clip(withoutInvisible(source), SOURCE_CHARACTERS_MAX)})`;
}

/**
 * Whether a signal about a folder that is gone is news of another folder at the same path: work after the end. A late signal about
 * the folder that was there is not.
 */
export function beginsAnother(
  { goneAt }: Pick<StoredWorkspace, "goneAt">,
  { type, time }: Pick<Signal, "type" | "time">,
): boolean {
  return goneAt !== null && !ENDS.has(type) && time > goneAt;
}
