import type { Refusal } from "../../errors.ts";

/**
 * One place where GitHub keeps what holds for a branch; `refusal` says why it could not be read. `null` where
 * it was read and holds nothing.
 */
export type RuleSource<T> =
  | { readonly read: true; readonly rules: T | null }
  | { readonly read: false; readonly refusal: Refusal };

/** Classic branch protection in GitHub's own shape, as far as it holds up a merge. */
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
  /** Who may push; there where anybody is kept from it. */
  readonly restrictions?: object;
  readonly required_signatures?: { readonly enabled: boolean };
  readonly required_linear_history?: { readonly enabled?: boolean };
  readonly required_conversation_resolution?: { readonly enabled?: boolean };
  /** Nobody may push: the branch is read-only. */
  readonly lock_branch?: { readonly enabled?: boolean };
}

/** A rule of any ruleset that holds for the branch, in GitHub's own shape. New types come without notice. */
export interface BranchRule {
  readonly type: string;
  readonly parameters?: unknown;
}

/** What GitHub tells of protection to those who may not administrate the repository. */
export interface RefUpdateRule {
  readonly requiredApprovingReviewCount: number | null;
  readonly requiredStatusCheckContexts: readonly (string | null)[] | null;
  readonly requiresCodeOwnerReviews: boolean;
  readonly requiresConversationResolution: boolean;
  readonly requiresLinearHistory: boolean;
  readonly requiresSignatures: boolean;
}

/** All that GitHub says about what holds for a branch. */
export interface BranchRules {
  readonly classic: RuleSource<ClassicProtection>;
  readonly rulesets: RuleSource<readonly BranchRule[]>;
  /** Asked for only where classic protection could not be read, which knows more. */
  readonly summary: RuleSource<RefUpdateRule> | null;
}

export interface RequiredCheck {
  readonly context: string;
  /** Only what this App reports counts; `null` where anybody's does. */
  readonly appId: number | null;
}

/** What must be true before a pull request can be merged into a branch: all sources in one view, the stricter wins. */
export interface MergeRequirements {
  readonly approvals: number;
  readonly codeOwnerReview: boolean;
  /** Approvals are gone after a push. */
  readonly dismissStale: boolean;
  /** Somebody other than the last to push must approve; the bot's own pushes count as well. */
  readonly lastPushApproval: boolean;
  readonly resolvedConversations: boolean;
  readonly checks: readonly RequiredCheck[];
  /** The branch must hold all of its base. */
  readonly upToDate: boolean;
  readonly signatures: boolean;
  readonly linearHistory: boolean;
  readonly mergeQueue: boolean;
  /** Environments that must have been deployed to. */
  readonly deployments: readonly string[];
  /** Who may push to the base is restricted: only some can merge. */
  readonly pushRestricted: boolean;
  /** Rules that the bot knows of by name only, such as code scanning. */
  readonly others: readonly string[];
  /** What could not be read, each with its remedy: then there may be more than this. */
  readonly unread: readonly Refusal[];
}

/** A check run or a commit status on the head commit. */
export interface CheckState {
  /** Of the check run, to ask for what it says; `null` for a commit status, which has no more to say than this. */
  readonly id: number | null;
  readonly name: string;
  readonly state: "pending" | "passed" | "failed";
  /** GitHub's own word for how it ended, such as `timed_out`. */
  readonly conclusion: string | null;
  /** When a commit status was set, in ISO 8601. A check run has none: it has an id. */
  readonly reportedAt?: string;
  /** What the status says, or the title of the run's output. */
  readonly description: string | null;
  readonly url: string | null;
  readonly required: boolean;
}
