// What protects a branch, as the local GitHub stores it.

import type { Account, Team } from "./account.ts";

/** Classic branch protection; `GET …/protection` answers 404 if only rulesets protect the branch. */
export interface BranchProtection {
  requiredStatusChecks: { strict: boolean; contexts: string[] } | null;
  requiredReviews: {
    count: number;
    requireCodeOwners: boolean;
    dismissStale: boolean;
    requireLastPush: boolean;
  } | null;
  enforceAdmins: boolean;
  requireLinearHistory: boolean;
  requireSignatures: boolean;
  requireConversationResolution: boolean;
  /** Who alone may push, and therefore merge; `null` if everybody with write access may. */
  pushRestrictedTo: { people: Account[]; teams: Team[] } | null;
  /** Read-only for everybody. */
  locked: boolean;
}

export interface Ruleset {
  readonly id: number;
  name: string;
  enforcement: "active" | "evaluate" | "disabled";
  /** Glob patterns of branch names, or `~DEFAULT_BRANCH` / `~ALL`. */
  include: string[];
  exclude: string[];
  /** In the form of `GET /repos/{owner}/{repo}/rules/branches/{branch}`, without the ruleset's own fields. */
  rules: { type: string; parameters?: Record<string, unknown> }[];
}
