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

/** The closed list of events for the Meta-Agent, each with the data that its reader needs to act. */
export type OrbEvent =
  | LifeEvent
  | {
      readonly type: "orb.project.updated";
      readonly data: { readonly status: string; readonly phase: string | null; readonly because: string };
    }
  | CleanupEvent
  | DiskEvent
  | {
      readonly type: "orb.pull_request.opened";
      readonly data: {
        readonly pullRequest: PullRequestSummary;
        readonly adopted: boolean;
        readonly because: string;
        /** The steps that failed, each with its remedy; the pull request is open anyway. */
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
        /** When the bot tries again by itself; `null` if somebody must fix the cause first. */
        readonly nextAttemptAt: Date | null;
      };
    };

/** The clean-up of one workspace. */
export interface CleanupSummary {
  readonly id: string;
  readonly workspace: { readonly id: string; readonly host: string; readonly path: string };
  readonly unpushed: "keep" | "archive" | "discard";
}

/** A request to the bot's own API, ready to be sent. */
export interface ApiCall {
  readonly method: "POST";
  readonly path: string;
  readonly body: Readonly<Record<string, unknown>>;
}

/** How full a disk is. */
export interface DiskUsed {
  /** From 0 to 1, of what the bot may use. */
  readonly bytesRatio: number;
  /** `null` on file systems without a fixed number of inodes. */
  readonly inodesRatio: number | null;
  readonly bytesFree: number;
  readonly inodesFree: number | null;
}

/** What happens to the agents' workspaces. */
export type CleanupEvent =
  | {
      readonly type: "orb.cleanup.scheduled";
      readonly data: {
        /** When the workspace will be removed. */
        readonly dueAt: Date;
        readonly because: string;
        /** `null`: the project as a whole is meant, before its workspaces were looked at. */
        readonly cleanup: CleanupSummary | null;
      };
    }
  | {
      readonly type: "orb.cleanup.cancelled";
      readonly data: { readonly because: string; readonly cleanup: CleanupSummary | null };
    }
  | {
      readonly type: "orb.cleanup.started";
      readonly data: { readonly because: string; readonly cleanup: CleanupSummary };
    }
  | {
      readonly type: "orb.cleanup.deferred";
      readonly data: {
        readonly because: string;
        readonly cleanup: CleanupSummary;
        /** Why the workspace is kept, each with its remedy and its age. */
        readonly reasons: readonly (Refusal & { readonly since: Date })[];
        readonly nextAttemptAt: Date | null;
        /** Asked once about what is kept for long; `null` otherwise. */
        readonly question: CleanupQuestion | null;
      };
    }
  | {
      readonly type: "orb.cleanup.completed";
      readonly data: {
        readonly because: string;
        readonly cleanup: CleanupSummary;
        readonly outcome: "removed" | "missing";
        /** As the file system itself said. */
        readonly freed: { readonly bytes: number; readonly inodes: number };
        /** The archive of the work that was nowhere else, on the workspace's host; `null` if there was none. */
        readonly archive: string | null;
      };
    }
  | {
      readonly type: "orb.cleanup.failed";
      readonly data: Refusal & {
        readonly cleanup: CleanupSummary;
        /** When the bot tries again by itself; `null` if it rests until somebody runs it. */
        readonly nextAttemptAt: Date | null;
      };
    };

/** What to do with work that nobody has looked after for long: one of two calls answers it. */
export interface CleanupQuestion {
  readonly text: string;
  readonly archive: ApiCall;
  readonly discard: ApiCall;
}

/** The disk of a host, which belongs to no project. */
export interface DiskEvent {
  readonly type: "orb.disk.pressure" | "orb.disk.relieved";
  readonly data: {
    readonly project: null;
    readonly host: string;
    readonly because: string;
    readonly used: DiskUsed;
  };
}

/** The data of every event about a pull request that is or was open. */
interface AboutPullRequest {
  readonly pullRequest: PullRequestSummary;
  readonly because: string;
}

/** The report of a failed check; if it could not be read, only the fact that it failed. */
export interface ReportedCheck extends Pick<
  FailedCheck,
  "name" | "conclusion" | "summary" | "title" | "annotations"
> {
  readonly url: string | null;
  readonly required: boolean;
  readonly logTail: string | null;
}

/** The events of an open pull request: work that is handed back to the agents, and how it ends. */
export type LifeEvent =
  | {
      readonly type: "orb.pull_request.ready" | "orb.pull_request.checks_passed";
      readonly data: AboutPullRequest;
    }
  | {
      readonly type: "orb.pull_request.checks_failed";
      readonly data: AboutPullRequest & {
        readonly checks: readonly ReportedCheck[];
        /** How many checks have not ended: there may be more to fix. */
        readonly pending: number;
        /** Why details are missing that GitHub has, each with its remedy. */
        readonly incomplete: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.changes_requested";
      readonly data: AboutPullRequest & {
        readonly review: ReportedReview;
        readonly comments: readonly ReviewComment[];
        readonly incomplete: readonly Refusal[];
      };
    }
  | {
      readonly type: "orb.pull_request.approved";
      readonly data: AboutPullRequest & {
        readonly review: ReportedReview;
        /** The review decision by the rules of the base: it may require more than this review. */
        readonly verdict: "none" | "required" | "approved" | "changes_requested";
      };
    }
  | {
      readonly type: "orb.pull_request.conflict";
      readonly data: AboutPullRequest & {
        readonly baseSha: string;
        readonly headSha: string;
        readonly mergeBaseSha: string | null;
        /** Paths that both sides changed; the conflicting ones are among them. */
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
        /** Login; `null` if it is not known. */
        readonly by: string | null;
        readonly secondsSinceCompletion: number;
      };
    };

/** A review: its author and its text. */
export type ReportedReview = Pick<ReviewFact, "id" | "author" | "url" | "submittedAt"> & {
  readonly body: string | null;
  readonly commitSha: string | null;
};
