import type { Refusal } from "../../errors.ts";

/**
 * One place where GitHub keeps the rules of a branch; `refusal` says why it could not be read. `rules` is `null` if
 * the place was read and has no rules.
 */
export type RuleSource<T> =
  | { readonly read: true; readonly rules: T | null }
  | { readonly read: false; readonly refusal: Refusal };

/** Classic branch protection in GitHub's own shape: only the fields that can block a merge. */
export interface ClassicProtection {
  readonly required_status_checks?: {
    readonly strict?: boolean;
    readonly contexts: readonly string[];
    readonly checks: readonly { readonly context: string; readonly app_id: number | null }[];
  };
  readonly required_pull_request_reviews?: {
    readonly dismiss_stale_reviews: boolean;
    readonly require_code_owner_reviews: boolean;
    readonly required_approving_review_count?: number;
    readonly require_last_push_approval?: boolean;
  };
  /** Who may push; present only if pushing is restricted. */
  readonly restrictions?: object;
  readonly required_signatures?: { readonly enabled: boolean };
  readonly required_linear_history?: { readonly enabled?: boolean };
  readonly required_conversation_resolution?: { readonly enabled?: boolean };
  /** Nobody may push: the branch is read-only. */
  readonly lock_branch?: { readonly enabled?: boolean };
}

/** A rule from any ruleset that applies to the branch, in GitHub's own shape. GitHub adds new types without notice. */
export interface BranchRule {
  readonly type: string;
  readonly parameters?: unknown;
}

/** The protection that GitHub shows to Apps without `administration: read`. */
export interface RefUpdateRule {
  readonly requiredApprovingReviewCount: number | null;
  readonly requiredStatusCheckContexts: readonly (string | null)[] | null;
  readonly requiresCodeOwnerReviews: boolean;
  readonly requiresConversationResolution: boolean;
  readonly requiresLinearHistory: boolean;
  readonly requiresSignatures: boolean;
}

/** Everything that GitHub reports about the rules of a branch. */
export interface BranchRules {
  readonly classic: RuleSource<ClassicProtection>;
  readonly rulesets: RuleSource<readonly BranchRule[]>;
  /** Read only if classic protection, which has more detail, could not be read. */
  readonly summary: RuleSource<RefUpdateRule> | null;
}

export interface RequiredCheck {
  readonly context: string;
  /** Only this App's report counts; `null` if any App's report counts. */
  readonly appId: number | null;
}

/** What must be true before a pull request can be merged into a branch: all sources in one view, the stricter wins. */
export interface MergeRequirements {
  readonly approvals: number;
  readonly codeOwnerReview: boolean;
  /** A push dismisses the approvals. */
  readonly dismissStale: boolean;
  /** Somebody other than the last person to push must approve; the bot's own pushes count too. */
  readonly lastPushApproval: boolean;
  readonly resolvedConversations: boolean;
  readonly checks: readonly RequiredCheck[];
  /** The branch must contain all commits of its base. */
  readonly upToDate: boolean;
  readonly signatures: boolean;
  readonly linearHistory: boolean;
  readonly mergeQueue: boolean;
  /** Environments to which it must be deployed first. */
  readonly deployments: readonly string[];
  /** Who may push to the base is restricted: only some can merge. */
  readonly pushRestricted: boolean;
  /** Rules of which the bot has only the name, such as code scanning. */
  readonly others: readonly string[];
  /** Rules that could not be read, each with its remedy: the real requirements may then be stricter. */
  readonly unread: readonly Refusal[];
}

/** A check run or a commit status on the head commit. */
export interface CheckState {
  /** The check run's id, to read its details; `null` for a commit status, which has no further details. */
  readonly id: number | null;
  readonly name: string;
  readonly state: "pending" | "passed" | "failed";
  /** GitHub's own word for how it ended, such as `timed_out`. */
  readonly conclusion: string | null;
  /** When a commit status was set, in ISO 8601. A check run has an id instead. */
  readonly reportedAt?: string;
  /** The status's description, or the title of the run's output. */
  readonly description: string | null;
  readonly url: string | null;
  readonly required: boolean;
}
