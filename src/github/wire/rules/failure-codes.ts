/**
 * The names of all failures of GitHub. `src/pull-requests/steps/rules/after-failure.ts` says what follows each of them.
 */
export const FAILURE_CODES = [
  "account_suspended",
  "already_exists",
  "bad_credentials",
  "base_invalid",
  "billing_locked",
  "body_too_long",
  "branch_not_protected",
  "conversation_locked",
  "diff_unavailable",
  "drafts_not_supported",
  "fork_collaboration_refused",
  "github_refused",
  "github_unavailable",
  "head_invalid",
  "installation_suspended",
  "ip_not_allowed",
  "issue_deleted",
  "issues_disabled",
  "no_commits",
  "no_common_history",
  "node_not_found",
  "not_found",
  "permission_missing",
  "plan_lacks_feature",
  "pull_request_exists",
  "pull_requests_restricted",
  "rate_limited",
  "redirect_refused",
  "ref_not_found",
  "refs_not_readable",
  "repository_archived",
  "repository_blocked",
  "repository_empty",
  "resource_limits_exceeded",
  "reviewer_is_author",
  "reviewer_not_collaborator",
  "rules_violated",
  "saml_enforced",
  "server_outdated",
  "too_many_reviewers",
  "validation_failed",
] as const;
export type FailureCode = (typeof FAILURE_CODES)[number];

/** GitHub failed to answer and did not refuse, so the same question may be answered a little later. */
export const PASSING_FAILURES = [
  "github_unavailable",
  "resource_limits_exceeded",
  "diff_unavailable",
] as const satisfies readonly FailureCode[];
