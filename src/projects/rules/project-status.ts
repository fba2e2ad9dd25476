import { PHASES, type Phase } from "../../signals/signal.ts";
import type { OutlineFacts, Plan, ProjectFacts, ProjectStatus } from "../project.ts";

export interface StatusDecision {
  readonly status: ProjectStatus;
  /** The furthest phase that has started. */
  readonly phase: Phase | null;
  readonly because: string;
}

/**
 * Decides the status of a project from all its facts. The furthest phase counts, so a late signal of an earlier phase
 * changes nothing. A failure counts until there is later work. A cancellation is final.
 *
 * Merged work is in the base branch, no matter what the Meta-Agent reports. So a merged project is neither failed nor
 * cancelled, unless there was work after the merge. If the pull requests of a failed project are closed later, without
 * merging, the project is closed. A cancelled project stays cancelled, because closing its pull requests is expected.
 */
export function projectStatus(facts: OutlineFacts): StatusDecision {
  const phase = furthestPhase(facts);
  const { cancelled, failed } = facts;
  const outcome = lastOutcome(facts);
  if (outcome?.status === "merged" && !workSince(facts, outcome.at))
    return { phase, ...progress(facts, phase) };
  if (cancelled) {
    return {
      status: "cancelled",
      phase,
      because: withReason("The Meta-Agent cancelled it", cancelled.value.reason),
    };
  }
  const closedSince = failed && outcome && outcome.at > failed.at;
  if (failed && !closedSince && !workSince(facts, failed.at)) {
    return {
      status: "failed",
      phase,
      because: withReason("The Meta-Agent reported a failure", failed.value.reason),
    };
  }
  return { phase, ...progress(facts, phase) };
}

function progress(facts: OutlineFacts, phase: Phase | null): Omit<StatusDecision, "phase"> {
  const { pullRequests, completed } = facts;
  const open = pullRequests.filter(({ status }) => status === "open");
  if (open.length > 0) {
    return { status: "in_review", because: `Waiting for review: ${open.map(({ url }) => url).join(", ")}` };
  }
  if (pullRequests.some(({ status }) => status === "merged")) {
    return { status: "merged", because: "Its pull requests were merged" };
  }
  if (pullRequests.length > 0)
    return { status: "closed", because: "Its pull requests were closed without merging" };
  if (completed)
    return { status: "completed", because: `The implementation on ${completed.value.branch} is complete` };
  if (phase) return { status: phase, because: `The ${phase} phase has started` };
  return { status: "created", because: "No phase has started yet" };
}

function furthestPhase({ history, completed }: OutlineFacts): Phase | null {
  if (completed) return "implementation";
  const reached = history.map((entry) => PHASES.indexOf(entry.value.phase));
  return PHASES[Math.max(-1, ...reached)] ?? null;
}

/**
 * How the pull requests of a project ended, and when the last one ended. The result is merged if any was merged, and
 * `null` if one is open or if it is not known when they ended.
 */
export function lastOutcome({
  pullRequests,
}: Pick<ProjectFacts, "pullRequests">): { readonly status: "merged" | "closed"; readonly at: Date } | null {
  const ends = pullRequests.flatMap(({ status, endedAt }) => (status === "open" ? [] : (endedAt ?? [])));
  const [first, ...others] = ends;
  if (!first || ends.length < pullRequests.length) return null;
  const at = others.reduce((latest, end) => (end > latest ? end : latest), first);
  const status = pullRequests.some(({ status }) => status === "merged") ? "merged" : "closed";
  return { status, at };
}

/** Whether a phase started or ended, or the implementation was completed, after a point in time. */
export function workSince({ history, completed }: OutlineFacts, at: Date): boolean {
  return history.some((entry) => entry.at > at) || (completed !== null && completed.at > at);
}

/** The plan that the agents made last; `null` where they made none. */
export function planOf({ history }: Pick<ProjectFacts, "history">): Plan | null {
  return history.findLast(({ value }) => value.plan !== null)?.value.plan ?? null;
}

function withReason(what: string, reason: string | null): string {
  return reason ? `${what}: ${reason}` : what;
}
