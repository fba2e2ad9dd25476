/** The stage in the life of a pull request. `merged` is final. */
export const LIFECYCLES = ["draft", "open", "merged", "closed"] as const;
export type Lifecycle = (typeof LIFECYCLES)[number];

/** Check runs and commit statuses in one word; `none` if nothing has reported. */
export type ChecksVerdict = "none" | "pending" | "passed" | "failed";

/** `required`: the base requires a review and none has decided · `none`: none is required and none was given. */
export type ReviewVerdict = "none" | "required" | "approved" | "changes_requested";

export interface SeenFailedCheck {
  /** The id of the check run, to read its output; `null` for a commit status. */
  readonly id: number | null;
  readonly name: string;
  /** GitHub's own value, such as `timed_out`. */
  readonly conclusion: string | null;
  readonly url: string | null;
  readonly required: boolean;
}

/** The checks on the head, except the bot's own. */
export interface SeenChecks {
  readonly verdict: ChecksVerdict;
  /** GitHub refused to show some or all of them; then the verdict `none` means that it is not known. */
  readonly unread: boolean;
  readonly headSha: string;
  /** Every check that the base requires has passed; if it requires none, every existing one. */
  readonly requiredPassed: boolean;
  /** At most `FAILED_MAX`, the required ones first, even while others still run. */
  readonly failed: readonly SeenFailedCheck[];
  /** How many are still running. */
  readonly pending: number;
  /** Since when the verdict has been the same on this head. */
  readonly since: Date;
  /** Since when a failure waits to be reported, because other checks still run; `null` if none waits. */
  readonly untoldFailureSince: Date | null;
}

/** The verdict; `null` if it is not known, because GitHub refused to show checks. */
export function knownVerdict({
  verdict,
  unread,
}: Pick<SeenChecks, "verdict" | "unread">): ChecksVerdict | null {
  return unread && verdict === "none" ? null : verdict;
}

export interface SeenReview {
  readonly id: number;
  /** Login; `null` if the account was deleted. */
  readonly author: string | null;
  readonly url: string;
  readonly submittedAt: Date;
  /** The reviewed head; `null` if a force-push removed it. */
  readonly commitSha: string | null;
}

/** The opinions that count. A dismissed review does not. */
export interface SeenReviews {
  readonly verdict: ReviewVerdict;
  /** At most `REVIEWS_MAX`, the latest last. */
  readonly approvals: readonly SeenReview[];
  /** At most `REVIEWS_MAX`, the latest last. */
  readonly changesRequested: readonly SeenReview[];
}

/** The two commits of an answer about merging. */
export interface MergePair {
  readonly headSha: string;
  readonly baseSha: string;
}

/** The times that decide which of two answers is older: see `isNewer`. */
export interface AnswerDate {
  readonly lifecycle: Lifecycle;
  /** GitHub's clock, in whole seconds. */
  readonly updatedAt: Date;
  /** When we asked, by our clock. */
  readonly askedAt: Date;
}

/** The push to the base branch that made an answer about merging outdated. */
export interface BaseMove {
  readonly sha: string;
  readonly pullRequest: number | null;
}

/** A conflict that was reported and not yet seen as resolved. */
export interface OpenConflict extends MergePair {
  readonly since: Date;
  /** The last pair that could be merged. The same pair again is an older answer and proves nothing. */
  readonly mergeableBefore: MergePair | null;
}

/**
 * GitHub computes it when asked and answers `unknown` meanwhile. The last value is kept and marked as stale, as in
 * rust-lang/bors.
 */
export interface SeenMergeability {
  /** GitHub's last value; `unknown` if there was none. */
  readonly value: "mergeable" | "conflicting" | "unknown";
  /** The pair that `value` is about; `null` if it is `unknown`. */
  readonly pair: MergePair | null;
  /** The answer that `value` comes from; `null` if it is `unknown`. */
  readonly answeredBy: AnswerDate | null;
  /** Whether `value` is not from the latest answer: it is about an earlier pair, or GitHub is computing a new one. */
  readonly stale: boolean;
  /** The push that brought the base to its current commit; `null` if it is not known. */
  readonly cause: BaseMove | null;
  /** How often GitHub has answered `unknown` for the current pair. The wait depends on it. */
  readonly asked: number;
  readonly conflict: OpenConflict | null;
}

/** Facts about a pull request that are kept from one look to the next. Bounded, and stored in its record. */
export interface Seen extends AnswerDate {
  readonly title: string;
  readonly labels: readonly string[];
  readonly headSha: string;
  /** `false` if the branch was deleted. */
  readonly headExists: boolean;
  /** The base branch. */
  readonly base: string;
  /** The head commit of the base branch. */
  readonly baseSha: string;
  readonly mergedAt: Date | null;
  readonly closedAt: Date | null;
  /** Login. */
  readonly mergedBy: string | null;
  readonly checks: SeenChecks;
  readonly review: SeenReviews;
  readonly mergeability: SeenMergeability;
  /** Keys of the reported edges, at most `TOLD_MAX`; those that still hold are last. No cause is reported twice. */
  readonly told: readonly string[];
}

export const FAILED_MAX = 30;
export const REVIEWS_MAX = 20;
export const TOLD_MAX = 100;
