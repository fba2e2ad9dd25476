import type { KeepReason } from "../../keep-reason.ts";
import type { RetentionFacts } from "./facts.ts";
import { lastingReasons, type LastingCode } from "./lasting-reasons.ts";
import { passingHolds, type PassingCode } from "./passing-holds.ts";

/** How long a workspace that no known project has named stays after the last sign of work in it, in days. */
const ORPHAN_DAYS = 30;
const DAY_MS = 24 * 3600 * 1_000;
/**
 * Signs of work this soon after the end of a project belong to the end: agents tidy up, signals come late, and the clocks of GitHub, the
 * platform and the disk differ. So they move no time that was announced.
 */
const END_TAKES_MS = 3_600_000;

export type RetentionCode = LastingCode | PassingCode;

/** Why a workspace goes: a closed set, for metrics. */
export const RETENTION_CAUSES = ["cancelled", "merged", "closed", "failed", "completed", "orphan"] as const;
export type RetentionCause = (typeof RETENTION_CAUSES)[number];

/**
 * When a workspace may go, as far as time decides. With `dueMs` in the past, `reasons` is empty; with one in the future they say what holds
 * it for now, besides the time. `dueMs: null`: something holds it without a known end.
 */
export type RetentionInMs =
  | {
      readonly dueMs: number;
      readonly because: string;
      readonly cause: RetentionCause;
      readonly reasons: readonly KeepReason<RetentionCode>[];
    }
  | { readonly dueMs: null; readonly reasons: readonly KeepReason<RetentionCode>[] };

/**
 * Decides when a workspace may go. All of its projects must have ended, and the one that needs it longest counts. What holds it without an
 * end, such as an open pull request, leaves the time open; what ends by itself, such as a lease, moves it.
 *
 * The time of a project runs from its end, or from the last sign of work if that is clearly later: who works in a finished workspace needs it.
 */
export function retention(facts: RetentionFacts): RetentionInMs {
  const lasting = lastingReasons(facts);
  const holds = passingHolds(facts);
  const passing = holds.map(({ reason }) => reason);
  const end = lasting.length > 0 ? null : endOf(facts);
  if (!end) return { dueMs: null, reasons: [...lasting, ...passing] };
  const dueMs = Math.max(end.dueMs, ...holds.map(({ untilMs }) => untilMs));
  return { ...end, dueMs, reasons: passing };
}

interface End {
  readonly dueMs: number;
  readonly because: string;
  readonly cause: RetentionCause;
}

function endOf({ projects, lastActiveAt }: RetentionFacts): End | null {
  if (projects.length === 0) {
    const dueMs = lastActiveAt.getTime() + ORPHAN_DAYS * DAY_MS;
    return { dueMs, cause: "orphan", because: "No known project has named it" };
  }
  const ends = projects.flatMap(({ end }) => {
    if (!end) return [];
    const { cause, because, since, keptMs } = end;
    const isWorkedIn = lastActiveAt.getTime() - since.getTime() > END_TAKES_MS;
    return [{ cause, because, dueMs: (isWorkedIn ? lastActiveAt : since).getTime() + keptMs }];
  });
  const [first, ...others] = ends;
  if (!first || ends.length < projects.length) return null;
  return others.reduce((last, one) => (one.dueMs > last.dueMs ? one : last), first);
}
