import { PHASES, type Phase } from "../../signals/signal.ts";
import type { Plan, ProjectFacts, ProjectStatus } from "../project.ts";

export interface StatusDecision {
  readonly status: ProjectStatus;
  /** The furthest phase that has begun. */
  readonly phase: Phase | null;
  readonly because: string;
}

/**
 * Where a project stands, from all that is known of it. The furthest phase counts, so a late signal of an
 * earlier phase changes nothing; a failure counts until work is seen after it; a cancellation is final.
 *
 * What is merged is in the base branch whatever the Meta-Agent says before or after, so nothing that was merged has
 * failed or was cancelled unless it was worked on since. Pull requests that are closed unmerged end a failed project as
 * closed where that came later; a cancelled one stays cancelled, for closing them is what follows from it.
 */
export function projectStatus(facts: ProjectFacts): StatusDecision {
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
    return { status: "failed", phase, because: withReason("The Meta-Agent gave it up", failed.value.reason) };
  }
  return { phase, ...progress(facts, phase) };
}

function progress(facts: ProjectFacts, phase: Phase | null): Omit<StatusDecision, "phase"> {
  const { pullRequests, completed } = facts;
  const open = pullRequests.filter(({ status }) => status === "open");
  if (open.length > 0) {
    return { status: "in_review", because: `${open.map(({ url }) => url).join(", ")} waits for review` };
  }
  if (pullRequests.some(({ status }) => status === "merged")) {
    return { status: "merged", because: "Its pull requests are merged" };
  }
  if (pullRequests.length > 0) return { status: "closed", because: "Its pull requests are closed unmerged" };
  if (completed)
    return { status: "completed", because: `The implementation on ${completed.value.branch} is complete` };
  if (phase) return { status: phase, because: `The ${phase} phase has begun` };
  return { status: "created", because: "No phase has begun" };
}

function furthestPhase({ history, completed }: ProjectFacts): Phase | null {
  if (completed) return "implementation";
  const reached = history.map((entry) => PHASES.indexOf(entry.value.phase));
  return PHASES[Math.max(-1, ...reached)] ?? null;
}

/**
 * How the pull requests of a project ended, and when the last of them did: merged where any of them was. `null` where
 * one is open, or it is not known when they ended.
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

/** Whether a phase began or ended, or the implementation was completed, after a moment. */
export function workSince({ history, completed }: ProjectFacts, at: Date): boolean {
  return history.some((entry) => entry.at > at) || (completed !== null && completed.at > at);
}

/** The plan that the agents made last; `null` where they made none. */
export function planOf({ history }: Pick<ProjectFacts, "history">): Plan | null {
  return history.findLast(({ value }) => value.plan !== null)?.value.plan ?? null;
}

function withReason(what: string, reason: string | null): string {
  return reason ? `${what}: ${reason}` : what;
}
