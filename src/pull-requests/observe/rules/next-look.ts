import type { Pace } from "../../../work/pace.ts";
import { isSettled, REPLICA_LAG_MAX_MS } from "./answer-order.ts";
import { FAILURE_STANDS_MS } from "./see-checks.ts";
import type { Seen, SeenMergeability } from "../../record/rules/seen.ts";

const SECOND_MS = 1_000;
const HOUR_MS = 3_600_000;

/** Looks are spread over the last quarter of the hour, so that looks from the same time do not stay together. */
const HOURLY_SHARE_MIN = 0.75;

/** With steps of 5 s the sum is 4½ minutes. */
export const MERGEABILITY_ASKS_MAX = 10;

/** A head without any reported check for this long has no checks, because they begin within seconds. */
export const NO_CHECKS_STANDS_MS = 10 * 60 * SECOND_MS;

/**
 * How long to wait before the next look at a pull request without any event.
 *
 * @param random in [0, 1)
 * @returns milliseconds, from `betweenLooksMs` to an hour; `null` if it has ended
 */
export function nextLookMs(
  seen: Pick<Seen, "lifecycle" | "updatedAt" | "askedAt" | "checks" | "mergeability">,
  { now, random, pace }: { readonly now: Date; readonly random: number; readonly pace: Pace },
): number | null {
  if (seen.lifecycle === "merged") return null;
  if (seen.lifecycle === "closed") return isSettled(seen) ? null : bounded(2 * REPLICA_LAG_MAX_MS, pace);
  const waits = [
    HOUR_MS * (HOURLY_SHARE_MIN + (1 - HOURLY_SHARE_MIN) * random),
    mergeabilityMs(seen.mergeability, pace),
    remainingMs(seen.checks.untoldFailureSince, FAILURE_STANDS_MS, now),
    isUncheckedDraft(seen) ? remainingMs(seen.checks.since, NO_CHECKS_STANDS_MS, now) : null,
  ];
  return bounded(Math.min(...waits.filter((wait) => wait !== null)), pace);
}

function mergeabilityMs({ asked }: SeenMergeability, pace: Pace): number | null {
  return asked > 0 && asked <= MERGEABILITY_ASKS_MAX ? asked * pace.mergeabilityStepMs : null;
}

/** `null` if it is past, because this look has seen it. */
function remainingMs(since: Date | null, standsMs: number, now: Date): number | null {
  if (since === null) return null;
  const remaining = since.getTime() + standsMs - now.getTime();
  return remaining > 0 ? remaining : null;
}

/** It may be marked as ready once it is certain that no checks will run. */
function isUncheckedDraft({ lifecycle, checks }: Pick<Seen, "lifecycle" | "checks">): boolean {
  return lifecycle === "draft" && checks.verdict === "none" && !checks.unread;
}

function bounded(ms: number, { betweenLooksMs }: Pace): number {
  return Math.round(Math.min(HOUR_MS, Math.max(betweenLooksMs, ms)));
}
