import type { AnswerDate, Lifecycle } from "../../record/rules/seen.ts";

/** GitHub's replicas lag by seconds: an answer to a question asked this long after a change knows of it. */
export const REPLICA_LAG_MAX_MS = 60_000;

/** Which of two states is the later one where both bear the same second. */
const RANK: Readonly<Record<Lifecycle, number>> = { draft: 0, open: 0, closed: 1, merged: 2 };

/**
 * Whether an answer is of a later state of the pull request than what is known. GitHub answers from replicas, which
 * lag, and `updatedAt` tells: whatever happens to the pull request itself moves it on. One that is merged stays so.
 * Within one second closed counts as later than open, until replicas can't lag any more.
 *
 * Checks, the base's commit and mergeability change without it, and GitHub dates none of them in a way that only
 * grows: Apps may begin a check run anew or date it themselves, runs are deleted, a base is forced back. Between
 * answers with the same `updatedAt` the moment of asking decides, which leases put in one order. Where such an answer
 * lags all the same, the next look puts it right, and in between nothing is told that was told before: `Seen.told`.
 */
export function isNewer(answer: AnswerDate, known: AnswerDate): boolean {
  const one = placeOf(answer);
  const other = placeOf(known);
  const differs = one.findIndex((part, index) => part !== other[index]);
  return differs >= 0 && Number(one[differs]) > Number(other[differs]);
}

/** What comes first decides: so any number of answers have one order. */
function placeOf({ lifecycle, updatedAt, askedAt }: AnswerDate): readonly number[] {
  const rank = isSettled({ updatedAt, askedAt }) ? Number.POSITIVE_INFINITY : RANK[lifecycle];
  return [Number(lifecycle === "merged"), updatedAt.getTime(), rank, askedAt.getTime()];
}

/** Whether it was asked so long after the last change that no replica can have missed it. */
export function isSettled({ updatedAt, askedAt }: Pick<AnswerDate, "updatedAt" | "askedAt">): boolean {
  return askedAt.getTime() - updatedAt.getTime() > REPLICA_LAG_MAX_MS;
}
