import { AT_ONCE_MS, dueAtMs } from "../../../work/rules/due.ts";
import type { AnswerDate, Lifecycle } from "../../record/rules/seen.ts";

/** GitHub's replicas lag by seconds. An answer to a question asked this long after a change contains the change. */
export const REPLICA_LAG_MAX_MS = 60_000;

/** An answer is compared by the run that asked, within minutes. */
const ANSWERED_MS_MAX = 3_600_000;

/** The order of states within the same second. */
const RANK: Readonly<Record<Lifecycle, number>> = { draft: 0, open: 0, closed: 1, merged: 2 };

/**
 * Whether an answer shows a later state of the pull request than the known one. GitHub answers from replicas, which
 * lag; `updatedAt` shows it, because every change of the pull request itself increases it. A merged one stays merged.
 * Within one second closed counts as later than open, until replicas can no longer lag.
 *
 * Checks, the base's commit and mergeability change without it, and GitHub gives none of them a time that only
 * grows: Apps may restart a check run or date it themselves, runs are deleted, a base is force-pushed. Between
 * answers with the same `updatedAt` the time of the question decides; leases put the questions in one order. If such an answer
 * still lags, the next look corrects it, and until then nothing is reported twice: `Seen.told`.
 */
export function isNewer(answer: AnswerDate, known: AnswerDate): boolean {
  const one = placeOf(answer);
  const other = placeOf(plausible(known, answer.askedAt));
  const differs = one.findIndex((part, index) => part !== other[index]);
  return differs >= 0 && Number(one[differs]) > Number(other[differs]);
}

/** A question that was asked long after the present one was dated by a wrong clock: it was asked before. */
function plausible(known: AnswerDate, now: Date): AnswerDate {
  if (dueAtMs(known.askedAt, { now, waitMsMax: ANSWERED_MS_MAX }) !== AT_ONCE_MS) return known;
  return { ...known, askedAt: known.updatedAt };
}

/** The first difference decides, so any number of answers have one order. */
function placeOf({ lifecycle, updatedAt, askedAt }: AnswerDate): readonly number[] {
  const rank = isSettled({ updatedAt, askedAt }) ? Number.POSITIVE_INFINITY : RANK[lifecycle];
  return [Number(lifecycle === "merged"), updatedAt.getTime(), rank, askedAt.getTime()];
}

/** Whether the question came so long after the last change that no replica can still lag. */
export function isSettled({ updatedAt, askedAt }: Pick<AnswerDate, "updatedAt" | "askedAt">): boolean {
  return askedAt.getTime() - updatedAt.getTime() > REPLICA_LAG_MAX_MS;
}
