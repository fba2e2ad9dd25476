import type { FailureCode } from "./failure-codes.ts";

/** An answer of GitHub and its name. */
export interface FailureRow {
  readonly code: FailureCode;
  /** GraphQL refuses with 200. */
  readonly statuses: readonly number[];
  /** GitHub's words. */
  readonly says?: RegExp;
  /** The type of GraphQL's error. */
  readonly type?: string;
  /** Method and path of the request. */
  readonly of?: RegExp;
  readonly remedy: string;
}

const PULL_REQUESTS_RESTRICTED =
  "Check in the repository's settings who may open pull requests, how many one author may have open, and whether " +
  "interactions are limited. Add the App to the exceptions.";
const BLOCKED = "GitHub has blocked the repository. Its owner must contact GitHub Support.";
const PERMISSIONS =
  "Check the App's permissions on its settings page and on the installation's settings page.";

/**
 * The texts are GitHub's own, collected from its API and from projects that received them. The first row that matches decides,
 * so specific rows come before general ones.
 */
export const FAILURE_ROWS: readonly FailureRow[] = [
  {
    code: "diff_unavailable",
    statuses: [406, 422],
    says: /diff is (taking too long|temporarily unavailable)|problem generating this diff|\bdiff[^;]* not_available/i,
    remedy: "No action needed: GitHub could not compute the changes in time, and the bot tries again.",
  },
  {
    code: "resource_limits_exceeded",
    statuses: [200],
    type: "RESOURCE_LIMITS_EXCEEDED",
    remedy: "No action needed: the question was too large for GitHub at the moment, and the bot tries again.",
  },
  {
    code: "server_outdated",
    statuses: [200],
    says: /doesn't exist on type|doesn't accept argument|no such type|isn't a defined input type/i,
    remedy:
      "Ask the administrator of your GitHub Enterprise Server to update it to a release that GitHub still supports.",
  },
  {
    code: "pull_requests_restricted",
    statuses: [200, 403, 422],
    says: /must be a collaborator|limited the ability to open|permissions to execute .?CreatePullRequest|interactions?\b.*\b(limit|restrict)ed|(many|number of|limit).*\bopen pull requests/i,
    remedy: PULL_REQUESTS_RESTRICTED,
  },
  {
    code: "rules_violated",
    statuses: [200, 403, 409, 422],
    says: /repository rule violations|protected branch/i,
    remedy:
      "Let the App bypass the rule that GitHub names, or change the branch so that it follows the rule.",
  },
  {
    code: "pull_request_exists",
    statuses: [422],
    says: /a pull request already exists/i,
    remedy: "No action needed: the bot finds the open one.",
  },
  {
    code: "no_commits",
    statuses: [422],
    says: /no commits between/i,
    remedy: "Push a commit to the branch and signal completion again.",
  },
  {
    code: "refs_not_readable",
    statuses: [422],
    says: /not all refs are readable/i,
    remedy: "Grant the App “Contents: read” and make sure that the branch is pushed.",
  },
  {
    code: "no_common_history",
    statuses: [404, 422],
    says: /no history in common|no common ancestor/i,
    remedy: "Start the branch from the base branch, then signal completion again.",
  },
  {
    code: "head_invalid",
    statuses: [422],
    says: /\bhead\b[^;]*\binvalid\b/i,
    remedy: "Push the branch, then signal completion again.",
  },
  {
    code: "base_invalid",
    statuses: [422],
    says: /\bbase\b[^;]*\binvalid\b|proposed base branch .* was not found/i,
    remedy: "Choose a base branch that exists, then signal completion again.",
  },
  {
    code: "body_too_long",
    statuses: [422],
    says: /body is too long/i,
    remedy: "No action needed: the bot writes a shorter description.",
  },
  {
    code: "drafts_not_supported",
    statuses: [200, 422],
    says: /draft pull requests are not supported/i,
    remedy: "No action needed: the bot opens a pull request that is not a draft.",
  },
  {
    code: "fork_collaboration_refused",
    statuses: [422],
    says: /fork collab can't be granted/i,
    remedy: "Push the branch to the repository itself: the App can't open pull requests from forks.",
  },
  {
    code: "ref_not_found",
    statuses: [404, 422],
    says: /reference does not exist/i,
    remedy: "No action needed: the branch is deleted already.",
  },
  {
    code: "node_not_found",
    statuses: [200, 404, 422],
    says: /could not resolve to (a|\w+) node/i,
    remedy: "No action needed: GitHub needs a moment, and the bot tries again.",
  },
  {
    code: "not_found",
    statuses: [200],
    says: /could not resolve to an? \w+ with the/i,
    remedy: "Check the name, and that the App has access to it.",
  },
  {
    code: "github_unavailable",
    statuses: [200],
    says: /something went wrong while executing your query/i,
    remedy: "No action needed: the bot checks GitHub and tries again.",
  },
  {
    code: "reviewer_is_author",
    statuses: [200, 422],
    says: /review cannot be requested from pull request author/i,
    remedy: "Choose another reviewer: authors can't review their own pull request.",
  },
  {
    code: "reviewer_not_collaborator",
    statuses: [200, 422],
    says: /reviews may only be requested from collaborators|is not a collaborator/i,
    remedy: "Give the person or the team access to the repository, or choose other reviewers.",
  },
  {
    code: "too_many_reviewers",
    statuses: [200, 422],
    says: /\breviews?\b.*\bmore than \d+\b/i,
    remedy: "Choose fewer reviewers: GitHub allows at most 15 people and teams.",
  },
  {
    code: "already_exists",
    statuses: [422],
    says: /already[_ ]exists/i,
    remedy: "No action needed.",
  },
  {
    code: "validation_failed",
    statuses: [422],
    remedy: "Fix what GitHub's message names, then signal completion again.",
  },
  {
    code: "repository_empty",
    statuses: [404, 409],
    says: /repository is empty/i,
    remedy:
      "Push a first commit to the repository. If it has one, GitHub is still preparing the repository. The bot then continues by itself.",
  },
  {
    code: "ip_not_allowed",
    statuses: [200, 403],
    says: /IP allow list/i,
    remedy:
      "Ask an owner of the organization to add the addresses from which the bot sends its requests to the IP allow list.",
  },
  {
    code: "saml_enforced",
    statuses: [200, 403],
    says: /SAML|single sign-on/i,
    remedy:
      "Ask an owner of the organization to authorize the App for SAML single sign-on, on the organization's settings page.",
  },
  {
    code: "billing_locked",
    statuses: [403],
    says: /\bbilling\b|\bpayment\b|check their account/i,
    remedy:
      "Ask an owner of the account to settle its billing on GitHub. If the repository is locked for a migration, they must unlock it.",
  },
  {
    code: "repository_archived",
    statuses: [200, 403],
    says: /repository was archived|archived so is read-only/i,
    remedy: "Unarchive the repository on GitHub, then signal completion again.",
  },
  {
    code: "conversation_locked",
    statuses: [200, 403],
    says: /\b(issue|conversation|pull request) is locked/i,
    remedy: "Ask a maintainer to unlock the conversation of the pull request on GitHub.",
  },
  {
    code: "account_suspended",
    statuses: [200, 403],
    says: /\baccount (was|is|has been) suspended/i,
    remedy: "GitHub has suspended an account. Its owner must contact GitHub Support.",
  },
  {
    code: "permission_missing",
    statuses: [200, 403],
    says: /resource not accessible by integration/i,
    remedy:
      "Grant the App the permission on its settings page, and ask an owner of the account to approve it.",
  },
  {
    code: "plan_lacks_feature",
    statuses: [403],
    says: /\bupgrade to github \w+/i,
    remedy: "No action needed: the owner's plan does not include this feature, so no such rule applies.",
  },
  {
    code: "repository_blocked",
    statuses: [403],
    says: /repository access blocked|repository .*\bdisabled\b|trade controls/i,
    remedy: BLOCKED,
  },
  {
    code: "repository_blocked",
    statuses: [451],
    remedy: BLOCKED,
  },
  {
    code: "installation_suspended",
    statuses: [403],
    says: /installation has been suspended/i,
    remedy:
      "Ask an owner of the account to unsuspend the App on the installation's settings page. The bot then continues by itself.",
  },
  {
    code: "permission_missing",
    statuses: [200],
    type: "FORBIDDEN",
    remedy: PERMISSIONS,
  },
  {
    code: "redirect_refused",
    statuses: [301, 302, 303, 307, 308],
    remedy: "Check GITHUB_API_URL or GHE_HOST: GitHub sends the bot to an address that it must not follow.",
  },
  {
    // https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-a-json-web-token-jwt-for-a-github-app
    code: "bad_credentials",
    statuses: [401],
    says: /\bclaim \('?(exp|iat)\b/i,
    remedy: "Set the clock of the bot's machine to the right time, for example with NTP.",
  },
  {
    code: "bad_credentials",
    statuses: [401],
    remedy: "Check APP_ID and PRIVATE_KEY, and that the App is still installed.",
  },
  {
    code: "permission_missing",
    statuses: [403],
    remedy: PERMISSIONS,
  },
  {
    code: "branch_not_protected",
    statuses: [404],
    says: /branch not protected/i,
    remedy: "No action needed.",
  },
  {
    code: "issue_deleted",
    statuses: [410],
    says: /\bissue was deleted/i,
    remedy: "No action needed: somebody has deleted the issue.",
  },
  { code: "issues_disabled", statuses: [410], remedy: "Enable issues in the repository's settings." },
  {
    // GitHub hides a limit on opening pull requests behind a 404, in a repository that was readable a moment ago.
    // https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/enabling-features-for-your-repository/disabling-pull-requests
    code: "not_found",
    statuses: [404],
    of: /^POST \S+\/pulls$/,
    remedy: `${PULL_REQUESTS_RESTRICTED} Check also that the App is still installed on the repository.`,
  },
  {
    code: "not_found",
    statuses: [404],
    remedy: "Check that the repository exists and that the App is installed on it.",
  },
];
