import { type FailureRow, PULL_REQUESTS_RESTRICTED } from "./failure-row.ts";

const BLOCKED = "GitHub has blocked the repository. Its owner must contact GitHub Support.";
const PERMISSIONS =
  "Check the App's permissions on its settings page and on the installation's settings page.";

/**
 * GitHub did not let the request in: for the App, the account or the repository, or because what it names is not there. The
 * first row that matches decides.
 */
export const REFUSED_ACCESS: readonly FailureRow[] = [
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
    says: /\bintegration not found/i,
    remedy: "Set APP_ID to the number on the App's settings page: GitHub has no App with this one.",
  },
  {
    code: "not_found",
    statuses: [404],
    remedy: "Check that the repository exists and that the App is installed on it.",
  },
];
