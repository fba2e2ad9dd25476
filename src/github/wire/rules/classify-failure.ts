import type { Refusal } from "../../../errors.ts";
import type { FailedAnswer } from "./failed-answer.ts";
import { rateLimitWaitMs } from "./rate-limit-wait.ts";

export type FailureCode =
  | "pull_request_exists"
  | "no_commits"
  | "refs_not_readable"
  | "head_invalid"
  | "base_invalid"
  | "no_common_history"
  | "body_too_long"
  | "drafts_not_supported"
  | "fork_collaboration_refused"
  | "already_exists"
  | "ref_not_found"
  | "node_not_found"
  | "reviewer_is_author"
  | "reviewer_not_collaborator"
  | "too_many_reviewers"
  | "validation_failed"
  | "repository_archived"
  | "repository_blocked"
  | "installation_suspended"
  | "permission_missing"
  | "plan_lacks_feature"
  | "server_outdated"
  | "branch_not_protected"
  | "rate_limited"
  | "bad_credentials"
  | "not_found"
  | "issues_disabled"
  | "github_unavailable"
  | "github_refused";

export interface Failure extends Refusal {
  readonly code: FailureCode;
  /** The minimum wait in milliseconds; `null` if GitHub named none. */
  readonly waitMs: number | null;
}

interface Row {
  readonly code: FailureCode;
  readonly statuses: readonly number[];
  readonly says?: RegExp;
  readonly remedy: string;
}

// The texts are GitHub's own, collected from its API and from projects that received them. The first row that
// matches decides, so specific rows come before general ones.
const ROWS: readonly Row[] = [
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
    says: /\bbase\b[^;]*\binvalid\b/i,
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
    code: "github_unavailable",
    statuses: [200],
    says: /resource limits for this query exceeded/i,
    remedy: "No action needed: the bot asks GitHub again later.",
  },
  {
    code: "server_outdated",
    statuses: [200],
    says: /doesn't exist on type|doesn't accept argument|no such type|isn't a defined input type/i,
    remedy:
      "Ask the administrator of your GitHub Enterprise Server to update it to a release that GitHub still supports.",
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
    code: "repository_archived",
    statuses: [403],
    says: /archived/i,
    remedy: "Unarchive the repository on GitHub, then signal completion again.",
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
    says: /repository access blocked|repository .*\bdisabled\b/i,
    remedy: "GitHub has blocked the repository. Its owner must contact GitHub Support.",
  },
  {
    code: "repository_blocked",
    statuses: [451],
    remedy: "GitHub has blocked the repository. Its owner must contact GitHub Support.",
  },
  {
    code: "installation_suspended",
    statuses: [403],
    says: /installation has been suspended/i,
    remedy:
      "Ask an owner of the account to unsuspend the App on the installation's settings page. The bot then continues by itself.",
  },
  {
    code: "bad_credentials",
    statuses: [401],
    remedy: "Check APP_ID and PRIVATE_KEY, and that the App is still installed.",
  },
  {
    code: "permission_missing",
    statuses: [403],
    remedy: "Check the App's permissions on its settings page and on the installation's settings page.",
  },
  {
    code: "branch_not_protected",
    statuses: [404],
    says: /branch not protected/i,
    remedy: "No action needed.",
  },
  { code: "issues_disabled", statuses: [410], remedy: "Enable issues in the repository's settings." },
  {
    code: "not_found",
    statuses: [404],
    remedy: "Check that the repository exists and that the App is installed on it.",
  },
];

/**
 * Finds the code for a failure. Texts and statuses are those of GitHub's REST and GraphQL API; see
 * https://docs.github.com/en/rest/using-the-rest-api/troubleshooting-the-rest-api and, for the waits,
 * https://docs.github.com/en/rest/using-the-rest-api/rate-limits-for-the-rest-api#exceeding-the-rate-limit
 *
 * @param nowMs the current time, for limits whose end GitHub gives as a time
 */
export function classifyFailure({ status, message, headers }: FailedAnswer, nowMs: number): Failure {
  const waitMs = rateLimitWaitMs({ status, message, headers }, nowMs);
  if (waitMs !== null) {
    return {
      code: "rate_limited",
      reason: `GitHub asks to slow down: ${message}`,
      remedy: "No action needed: the bot continues when GitHub allows it.",
      waitMs,
    };
  }
  if (status === null || status >= 500 || status === 408) {
    return {
      code: "github_unavailable",
      reason: status === null ? `GitHub did not answer: ${message}` : `GitHub answered ${status}: ${message}`,
      remedy: "No action needed: the bot checks GitHub and tries again.",
      waitMs: null,
    };
  }
  const row = ROWS.find(
    (candidate) => candidate.statuses.includes(status) && (candidate.says?.test(message) ?? true),
  );
  const remedy = row?.remedy ?? "Follow GitHub's message. If it does not help, report it with the bot's log.";
  const server = row?.code === "server_outdated" ? nameOfServer(headers) : null;
  return {
    code: row?.code ?? "github_refused",
    reason: `${server ?? "GitHub"} answered ${status}: ${message}`,
    remedy: [remedy, ...missingIn({ message, headers }, row?.code)].join(" "),
    waitMs: null,
  };
}

/** What exactly the App or the server lacks, in a sentence. */
function missingIn(
  { message, headers }: Pick<FailedAnswer, "message" | "headers">,
  code: FailureCode | undefined,
): string[] {
  const permissions = headers["x-accepted-github-permissions"];
  if (code === "permission_missing" && permissions) return [`It needs ${permissions}.`];
  if (code !== "server_outdated") return [];
  const fields = [...message.matchAll(/Field '(\w+)' doesn't exist on type '(\w+)'/g)];
  const names = [...new Set(fields.map(([, field, type]) => `${type}.${field}`))];
  return names.length > 0 ? [`It lacks ${names.join(", ")}.`] : [];
}

/** GitHub Enterprise Server sends its version with each answer. */
function nameOfServer(headers: FailedAnswer["headers"]): string | null {
  const version = String(headers["x-github-enterprise-version"] ?? "");
  return /^\d+(\.\d+){0,3}$/.test(version) ? `GitHub Enterprise Server ${version}` : null;
}
