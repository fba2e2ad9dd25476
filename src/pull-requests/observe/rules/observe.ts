import type { Refusal } from "../../../errors.ts";
import type { Snapshot } from "../../../github/facts/snapshot.ts";
import { clip } from "../../../text/clip.ts";
import { isNewer } from "./answer-order.ts";
import type { Edge, Happening } from "../../hand-back/rules/edge.ts";
import { edgesOfChecks } from "./edges-of-checks.ts";
import { edgesOfLife, quietTurns, type Written } from "./edges-of-life.ts";
import { edgesOfMerging } from "./edges-of-merging.ts";
import { edgesOfReviews, withdrawnReviews } from "./edges-of-reviews.ts";
import { isOver, lifecycleOf } from "./lifecycle.ts";
import { type CheckedHead, seeChecks } from "./see-checks.ts";
import { learnMergeability, seeMergeability } from "./see-mergeability.ts";
import { seeReviews } from "./see-reviews.ts";
import { type AnswerDate, type BaseMove, type Seen, TOLD_MAX } from "../../record/rules/seen.ts";

/** GitHub accepts titles of 256 characters and 100 labels. */
const TITLE_CHARACTERS_MAX = 256;
const LABELS_MAX = 100;

/** A snapshot, and the reason if GitHub refused to show the checks. */
export type Answered = Snapshot & { readonly checksRefused?: Refusal | null };

export interface ObserveContext {
  readonly now: Date;
  /** The time directly before the request for the snapshot, under the record's lease. */
  readonly askedAt: Date;
  /** The push to the base that caused this look, if one did. */
  readonly baseMovedBy?: BaseMove | null;
  /** `null` before the first look. */
  readonly written: Written | null;
  /** Names of the checks that the base requires, even if they have not reported; `null` if they are not known. */
  readonly requiredChecks: readonly string[] | null;
}

export interface Observation {
  /** The facts to store; the same object if the answer has nothing new. */
  readonly seen: Seen;
  /** To report, in this order, each once. */
  readonly edges: readonly Edge[];
  readonly history: readonly Happening[];
}

/**
 * Compares a look at a pull request with the known facts: which facts to store and which edges to report. An answer
 * that is older than the known facts changes nothing (`isNewer`), and neither does a repeated one; so looks may be lost, come
 * twice or in any order, and the latest decides.
 */
export function observe(before: Seen | null, snapshot: Answered, context: ObserveContext): Observation {
  const { updatedAt } = snapshot;
  const date: AnswerDate = { lifecycle: lifecycleOf(snapshot), updatedAt, askedAt: context.askedAt };
  if (before && !isNewer(date, before)) {
    const mergeability = learnMergeability(before.mergeability, snapshot, date);
    const seen = mergeability === before.mergeability ? before : { ...before, mergeability };
    return { seen, edges: [], history: [] };
  }
  const { seen, checked } = look(before, snapshot, { ...context, date });
  const asked = { now: context.now };
  const standing = [
    ...edgesOfLife(before, seen, context.written),
    ...(isOver(seen.lifecycle)
      ? []
      : [
          ...edgesOfChecks(before, checked, asked),
          ...edgesOfReviews(seen.review, seen),
          ...edgesOfMerging(before, seen),
        ]),
  ];
  const edges = standing.filter(({ key }) => !seen.told.includes(key));
  const history = [
    ...quietTurns(before, seen, context.written),
    ...withdrawnReviews(before, seen.review),
    ...edges.map(({ type: what, because }) => ({ what, because })),
  ];
  return { seen: remember(seen, standing), edges, history };
}

function look(
  before: Seen | null,
  snapshot: Answered,
  { date, now, baseMovedBy = null, requiredChecks }: ObserveContext & { readonly date: AnswerDate },
): { readonly seen: Seen; readonly checked: CheckedHead } {
  const { pullRequest, baseSha, headExists, mergedAt, closedAt, mergedBy } = snapshot;
  const { headSha } = pullRequest;
  const told = before?.told ?? [];
  const required = requiredChecks ?? [];
  const unread = Boolean(snapshot.checksRefused);
  const context = { headSha, unread, required, told, now };
  const checked = seeChecks(before?.checks ?? null, snapshot.checks, context);
  const seen = {
    ...date,
    title: clip(pullRequest.title, TITLE_CHARACTERS_MAX),
    labels: (snapshot.labelsRefused && before ? before : pullRequest).labels.slice(0, LABELS_MAX),
    headSha,
    headExists,
    base: pullRequest.baseRef,
    baseSha,
    mergedAt,
    closedAt,
    mergedBy,
    checks: checked.seen,
    review: seeReviews(snapshot, before?.review ?? null),
    mergeability: seeMergeability(before, snapshot, { date, now, baseMovedBy }),
    told,
  };
  return { seen, checked };
}

/** Edges that still hold are kept longest, so that they are not reported again after many others. */
function remember(seen: Seen, standing: readonly Edge[]): Seen {
  const keys = standing.map(({ key }) => key);
  const told = [...seen.told.filter((key) => !keys.includes(key)), ...keys].slice(-TOLD_MAX);
  const isFailureTold = standing.some(({ type }) => type === "checks_failed");
  const checks = isFailureTold ? { ...seen.checks, untoldFailureSince: null } : seen.checks;
  return { ...seen, told, checks };
}
