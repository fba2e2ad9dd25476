import type { Refusal } from "../errors.ts";
import type { ConflictCause } from "../github/facts/conflict.ts";
import type { FailedCheck } from "../github/facts/failed-check.ts";
import type { ReviewComment } from "../github/facts/review-comments.ts";
import type { ReviewFact } from "../github/facts/snapshot.ts";

export interface PullRequestSummary {
  readonly id: string;
  readonly repository: string;
  readonly branch: string;
  readonly number: number;
  readonly url: string;
  readonly title: string;
  readonly draft: boolean;
  readonly labels: readonly string[];
  readonly headSha: string;
}

/** What the house tells the Meta-Agent: the closed list, each with what its reader needs to act. */
export type OrbEvent =
  | LifeEvent
  | {
      readonly type: "orb.project.updated";
      readonly data: { readonly status: string; readonly phase: string | null; readonly because: string };
    }
  | {
      readonly type: "orb.cleanup.scheduled";
      readonly data: {
        /** When the project's workspace is to be removed. */
        readonly dueAt: Date;
        readonly because: string;
      };
    }
  | { readonly type: "orb.cleanup.cancelled"; readonly data: { readonly because: string } }
  | {
      readonly type: "orb.pull_request.opened";
      readonly data: {
        readonly pullRequest: PullRequestSummary;
        readonly adopted: boolean;
        readonly because: string;
        /** What could not be done to it, each with its remedy; it is open all the same. */
        readonly problems: readonly Refusal[];
        readonly secondsSinceCompletion: number;
      };
    }
  | {
      readonly type: "orb.pull_request.updated";
      readonly data: {
        readonly pullRequest: PullRequestSummary;
        readonly because: string;
        readonly problems: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.blocked" | "orb.pull_request.failed";
      readonly data: Refusal & {
        readonly repository: string;
        readonly branch: string;
        /** When it is tried again by itself; `null` where somebody has to mend it first. */
        readonly nextAttemptAt: Date | null;
      };
    };

/** What every event about a pull request that is open or was says. */
interface AboutPullRequest {
  readonly pullRequest: PullRequestSummary;
  readonly because: string;
}

/** What a check says that failed; where it could not be asked, no more than that it did. */
export interface ToldCheck extends Pick<
  FailedCheck,
  "name" | "conclusion" | "summary" | "title" | "annotations"
> {
  readonly url: string | null;
  readonly required: boolean;
  readonly logTail: string | null;
}

/** What becomes of a pull request after it is open: work that is handed back, and how it ends. */
export type LifeEvent =
  | {
      readonly type: "orb.pull_request.ready" | "orb.pull_request.checks_passed";
      readonly data: AboutPullRequest;
    }
  | {
      readonly type: "orb.pull_request.checks_failed";
      readonly data: AboutPullRequest & {
        readonly checks: readonly ToldCheck[];
        /** How many have not ended: there may be more to mend. */
        readonly pending: number;
        /** Why there is less here than GitHub knows, each with its remedy. */
        readonly incomplete: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.changes_requested";
      readonly data: AboutPullRequest & {
        readonly review: ToldReview;
        readonly comments: readonly ReviewComment[];
        readonly incomplete: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.approved";
      readonly data: AboutPullRequest & {
        readonly review: ToldReview;
        /** Whether the base asks for more than this. */
        readonly verdict: "none" | "required" | "approved" | "changes_requested";
      };
    }
  | {
      readonly type: "orb.pull_request.conflict";
      readonly data: AboutPullRequest & {
        readonly baseSha: string;
        readonly headSha: string;
        readonly mergeBaseSha: string | null;
        /** Paths that both sides changed: those that conflict are among them. */
        readonly files: readonly string[];
        readonly filesTruncated: boolean;
        readonly causedBy: ConflictCause | null;
        readonly incomplete: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.conflict_resolved";
      readonly data: AboutPullRequest & { readonly baseSha: string; readonly headSha: string };
    }
  | {
      readonly type: "orb.pull_request.merged" | "orb.pull_request.closed";
      readonly data: AboutPullRequest & {
        readonly outcome: "merged" | "closed";
        readonly at: Date;
        /** Login; `null` where it is not known. */
        readonly by: string | null;
        readonly secondsSinceCompletion: number;
      };
    };

/** Who reviewed, and what they said. */
export type ToldReview = Pick<ReviewFact, "id" | "author" | "url" | "submittedAt"> & {
  readonly body: string | null;
  readonly commitSha: string | null;
};
