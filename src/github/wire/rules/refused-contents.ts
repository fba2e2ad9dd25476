import { type FailureRow, PULL_REQUESTS_RESTRICTED } from "./failure-row.ts";

/** GitHub let the request in, but can't do what it asks for. The first row that matches decides. */
export const REFUSED_CONTENTS: readonly FailureRow[] = [
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
];
