// What protects a branch, as the local GitHub remembers it.

import type { Account, Team } from "./account.ts";

/** Classic branch protection; `GET …/protection` answers 404 where only rulesets protect the branch. */
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
  /** Who alone may push, and with that merge; `null` where all who may write may. */
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
  /** As `GET /repos/{owner}/{repo}/rules/branches/{branch}` gives them, without the ruleset's own fields. */
  rules: { type: string; parameters?: Record<string, unknown> }[];
}
