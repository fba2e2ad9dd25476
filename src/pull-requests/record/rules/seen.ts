/** Where a pull request is in its life. One that is merged never leaves. */
export const LIFECYCLES = ["draft", "open", "merged", "closed"] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** Check runs and commit statuses in one word; `none` where nobody has reported anything. */
export type ChecksVerdict = "none" | "pending" | "passed" | "failed";

/** `required`: the base asks for a review and none has decided · `none`: nobody asks and nobody has said anything. */
export type ReviewVerdict = "none" | "required" | "approved" | "changes_requested";

export interface SeenFailedCheck {
  /** Of the check run, to ask for what it says; `null` for a commit status. */
  readonly id: number | null;
  readonly name: string;
  /** GitHub's own word, such as `timed_out`. */
  readonly conclusion: string | null;
  readonly url: string | null;
  readonly required: boolean;
}

/** What is known of the head's checks, those of others only. */
export interface SeenChecks {
  readonly verdict: ChecksVerdict;
  /** GitHub refused to tell: then the verdict is `none`, and says nothing. */
  readonly unread: boolean;
  readonly headSha: string;
  /** Every check that the base asks for has passed; where it asks for none, every one that there is. */
  readonly requiredPassed: boolean;
  /** At most `FAILED_MAX`, the required ones first; also while others still run. */
  readonly failed: readonly SeenFailedCheck[];
  /** How many have not ended. */
  readonly pending: number;
  /** Since when the verdict has been this, on this head. */
  readonly since: Date;
  /** Since when a failure waits to be told, for others still run; `null` where none does. */
  readonly untoldFailureSince: Date | null;
}

export interface SeenReview {
  readonly id: number;
  /** Login; `null` where the account is gone. */
  readonly author: string | null;
  readonly url: string;
  readonly submittedAt: Date;
  /** The head that was looked at; `null` where a force-push took it away. */
  readonly commitSha: string | null;
}

/** The opinions that count: one that was dismissed is none. */
export interface SeenReviews {
  readonly verdict: ReviewVerdict;
  /** At most `REVIEWS_MAX`, the latest last. */
  readonly approvals: readonly SeenReview[];
  /** At most `REVIEWS_MAX`, the latest last. */
  readonly changesRequested: readonly SeenReview[];
}

/** Which two commits an answer about merging is about. */
export interface MergePair {
  readonly headSha: string;
  readonly baseSha: string;
}

/** What says which of two answers is the older: see `isNewer`. */
export interface AnswerDate {
  readonly lifecycle: Lifecycle;
  /** GitHub's clock, in whole seconds. */
  readonly updatedAt: Date;
  /** When the question was asked: our clock. */
  readonly askedAt: Date;
}

/** The push to the base branch that made an answer about merging old. */
export interface BaseMove {
  readonly sha: string;
  readonly pullRequest: number | null;
}

/** A conflict that was told and of which it was not yet seen that it is resolved. */
export interface OpenConflict extends MergePair {
  readonly since: Date;
  /** The pair that could last be merged: hearing of it again is an older answer and proves nothing. */
  readonly mergeableBefore: MergePair | null;
}

/**
 * GitHub computes it when asked and answers `unknown` meanwhile: the last value survives that, and is stale. As
 * rust-lang/bors keeps it.
 */
export interface SeenMergeability {
  /** The last that GitHub knew; `unknown` where it never did. */
  readonly value: "mergeable" | "conflicting" | "unknown";
  /** What `value` is about; `null` where it is `unknown`. */
  readonly pair: MergePair | null;
  /** Which answer `value` is from; `null` where it is `unknown`. */
  readonly answeredBy: AnswerDate | null;
  /** Whether it is not from the latest answer: of another pair than the present one, or GitHub is computing it anew. */
  readonly stale: boolean;
  /** The push that gave the base its present commit; `null` where that is not known. */
  readonly cause: BaseMove | null;
  /** How often GitHub has answered `unknown` for the present pair: how long to wait depends on it. */
  readonly asked: number;
  readonly conflict: OpenConflict | null;
}

/** What is remembered of a pull request between two looks at it. Bounded, and stored in its record. */
export interface Seen extends AnswerDate {
  readonly title: string;
  readonly labels: readonly string[];
  readonly headSha: string;
  /** `false` where the branch is gone. */
  readonly headExists: boolean;
  /** The branch it is to be merged into. */
  readonly base: string;
  /** What that branch ended with. */
  readonly baseSha: string;
  readonly mergedAt: Date | null;
  readonly closedAt: Date | null;
  /** Login. */
  readonly mergedBy: string | null;
  readonly checks: SeenChecks;
  readonly review: SeenReviews;
  readonly mergeability: SeenMergeability;
  /** Keys of the edges that were told, at most `TOLD_MAX`, what still holds last: no cause is told twice. */
  readonly told: readonly string[];
}

/** As many characters of a commit's name as GitHub shows. */
export function shortSha(sha: string): string {
  return sha.slice(0, 7);
}

export const FAILED_MAX = 30;
export const REVIEWS_MAX = 20;
export const TOLD_MAX = 100;
