import { WORKSPACE_DAYS } from "../../repository-settings/settings.ts";
import type { OutlineFacts, ProjectEnd } from "../project.ts";
import { lastOutcome, projectStatus, workSince } from "./project-status.ts";

const DAY_MS = 24 * 3600 * 1_000;

/**
 * What became of the work of a project, and how long its workspace stays after that: the one rule about time, for the
 * events and for the clean-up itself. `null` while the work goes on: a pull request is open, nothing is complete, or the
 * agents continued after the end.
 *
 * The platform's own wish for the project counts first, then what the repository wanted when its pull request ended, or when
 * its settings were last read, then the defaults.
 */
export function projectEnd(facts: OutlineFacts): ProjectEnd | null {
  const { pullRequests, failed, cancelled, completed } = facts;
  if (pullRequests.some(({ status }) => status === "open")) return null;
  const outcome = lastOutcome(facts);
  const { status, because } = projectStatus(facts);
  switch (status) {
    case "merged":
    case "closed":
      return outcome && !workSince(facts, outcome.at) ? endOfPullRequests(facts, outcome) : null;
    case "failed":
    case "cancelled": {
      const at = status === "failed" ? failed?.at : cancelled?.at;
      if (!at) return null;
      const since = outcome && outcome.at > at ? outcome.at : at;
      return { cause: status, since, keptMs: daysFor(status, facts) * DAY_MS, because };
    }
    case "completed":
      if (!completed || beganSince(facts, completed.at)) return null;
      return { cause: status, since: completed.at, keptMs: daysFor(status, facts) * DAY_MS, because };
    default:
      return null;
  }
}

/** Ends that only the platform reports, and that no pull request brings about. */
export type EarlyEnd = Extract<ProjectEnd["cause"], "cancelled" | "failed">;

/** Whether the project was cancelled or has failed, and how; `null` if neither, or if its work goes on. */
export function earlyEnd(facts: OutlineFacts): EarlyEnd | null {
  const cause = projectEnd(facts)?.cause;
  return cause === "cancelled" || cause === "failed" ? cause : null;
}

/** Whether the agents began a phase after a point in time. The end of a phase may be reported after its result. */
function beganSince({ history }: OutlineFacts, at: Date): boolean {
  return history.some((entry) => entry.value.step === "started" && entry.at > at);
}

/** The last repository that still needs the workspace decides. */
function endOfPullRequests(
  facts: OutlineFacts,
  { status, at }: { readonly status: "merged" | "closed"; readonly at: Date },
): ProjectEnd {
  const { pullRequests, created } = facts;
  const last = pullRequests.find(({ endedAt }) => endedAt?.getTime() === at.getTime());
  const wanted = created?.value.retention;
  const untilMs = pullRequests.map(({ status, endedAt, workspaceKeptUntil }) => {
    const days = status === "open" ? undefined : wanted?.[status];
    if (days === undefined) return workspaceKeptUntil?.getTime() ?? 0;
    return (endedAt?.getTime() ?? 0) + days * DAY_MS;
  });
  return {
    cause: status,
    since: at,
    keptMs: Math.max(0, ...untilMs.map((ms) => ms - at.getTime())),
    because: `${last?.url ?? "The pull request"} was ${last?.status ?? status}`,
  };
}

function daysFor(
  outcome: "failed" | "cancelled" | "completed",
  { created, repositoryRetention }: OutlineFacts,
): number {
  return created?.value.retention?.[outcome] ?? repositoryRetention?.days[outcome] ?? WORKSPACE_DAYS[outcome];
}
