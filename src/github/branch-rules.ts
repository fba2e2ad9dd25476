import type { Refusal } from "../errors.ts";

/**
 * One place where GitHub keeps what holds for a branch; `refusal` says why it could not be read. `null` where
 * it was read and holds nothing.
 */
export type RuleSource<T> =
  | { readonly read: true; readonly rules: T | null }
  | { readonly read: false; readonly refusal: Refusal };

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
  readonly name: string;
  readonly state: "pending" | "passed" | "failed";
  /** GitHub's own word for how it ended, such as `timed_out`. */
  readonly conclusion: string | null;
  readonly url: string | null;
  readonly required: boolean;
}
