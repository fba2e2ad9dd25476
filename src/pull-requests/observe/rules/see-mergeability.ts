import type { Snapshot } from "../../../github/facts/snapshot.ts";
import { isNewer } from "./answer-order.ts";
import { isOver } from "./lifecycle.ts";
import type {
  AnswerDate,
  BaseMove,
  MergePair,
  OpenConflict,
  Seen,
  SeenMergeability,
} from "../../record/rules/seen.ts";

interface Context {
  readonly date: AnswerDate;
  readonly now: Date;
  readonly baseMovedBy: BaseMove | null;
}

const NOTHING_KNOWN: SeenMergeability = {
  value: "unknown",
  pair: null,
  answeredBy: null,
  stale: true,
  cause: null,
  asked: 0,
  conflict: null,
};

/** The latest answer about merging. If it is `unknown`, the last known one is kept. */
export function seeMergeability(
  before: Seen | null,
  { mergeable: value, pullRequest, baseSha }: Snapshot,
  { date, now, baseMovedBy }: Context,
): SeenMergeability {
  const pair: MergePair = { headSha: pullRequest.headSha, baseSha };
  const known = before?.mergeability ?? NOTHING_KNOWN;
  const moves = [baseMovedBy, known.cause];
  const cause = moves.find((move) => move?.sha === baseSha) ?? null;
  if (value === "unknown") {
    const asked = before && isSamePair(before, pair) ? known.asked + 1 : 1;
    return { ...known, stale: true, cause, asked };
  }
  // Nobody acts on the mergeability of one that has ended.
  const conflict = isOver(date.lifecycle) ? known.conflict : conflictAfter(known, { value, pair, now });
  return { value, pair, answeredBy: date, stale: false, cause, asked: 0, conflict };
}

/** An older answer may still be the last one with a value. */
export function learnMergeability(
  known: SeenMergeability,
  { mergeable: value, pullRequest, baseSha }: Snapshot,
  date: AnswerDate,
): SeenMergeability {
  if (value === "unknown" || (known.answeredBy && !isNewer(date, known.answeredBy))) return known;
  return { ...known, value, pair: { headSha: pullRequest.headSha, baseSha }, answeredBy: date, stale: true };
}

function isSamePair(one: MergePair, other: MergePair): boolean {
  return one.headSha === other.headSha && one.baseSha === other.baseSha;
}

/** A conflict ends only with proof: a different pair than the last mergeable one can be merged. */
function conflictAfter(
  known: SeenMergeability,
  { value, pair, now }: { value: "mergeable" | "conflicting"; pair: MergePair; now: Date },
): OpenConflict | null {
  const { conflict } = known;
  if (value === "conflicting") {
    const mergeableBefore = known.value === "mergeable" ? known.pair : null;
    return { since: now, mergeableBefore, ...conflict, ...pair };
  }
  const proves = !conflict?.mergeableBefore || !isSamePair(conflict.mergeableBefore, pair);
  return proves ? null : conflict;
}
