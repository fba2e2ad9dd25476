import type { HistoryEntry } from "../../record/record.ts";
import type { BaseMove, ReviewVerdict, SeenFailedCheck, SeenReview } from "../../record/rules/seen.ts";

export type MovedPart = "head" | "base" | "title";

/** A change of a pull request, reported once. The names are those of the events, without `orb.pull_request.`. */
export type Edge = {
  /** Names the cause. The same cause has the same key and is reported once. */
  readonly key: string;
  /** A sentence for people, bounded. */
  readonly because: string;
} & (
  | { readonly type: "ready" | "reopened" }
  | { readonly type: "updated"; readonly moved: readonly MovedPart[] }
  | {
      readonly type: "checks_failed";
      readonly headSha: string;
      readonly failed: readonly SeenFailedCheck[];
      /** How many checks still run and may fail too. */
      readonly pending: number;
    }
  | { readonly type: "checks_passed"; readonly headSha: string }
  | { readonly type: "changes_requested"; readonly review: SeenReview }
  | { readonly type: "approved"; readonly review: SeenReview; readonly verdict: ReviewVerdict }
  | {
      readonly type: "conflict";
      readonly headSha: string;
      readonly baseSha: string;
      /** The push to the base before the conflict was seen. */
      readonly cause: BaseMove | null;
    }
  | { readonly type: "conflict_resolved"; readonly headSha: string; readonly baseSha: string }
  | { readonly type: "merged"; readonly at: Date; readonly by: string | null }
  | {
      readonly type: "closed";
      readonly at: Date;
      /** `false` if the branch was deleted, which closes its pull requests. */
      readonly headExists: boolean;
    }
);

/** A line for the history of the record. */
export type Happening = Omit<HistoryEntry, "at">;

/**
 * Seconds from the completion to the opening, the merge or the closing; 0 if the latest completion came after that, or if
 * its sender's clock is ahead.
 */
export function secondsToOutcome({
  completedAt,
  outcomeAt,
}: {
  readonly completedAt: Date;
  readonly outcomeAt: Date;
}): number {
  return Math.max(0, (outcomeAt.getTime() - completedAt.getTime()) / 1000);
}
