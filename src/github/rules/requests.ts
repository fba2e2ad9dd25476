import type { Needs } from "./need.ts";
import { type Use, USES } from "./uses.ts";

// The table of all requests that the bot sends to GitHub. A request that is not here does not compile (`Octokit` in
// wire/octokit.ts), so each one states what it needs. The list of permissions that an installation lacks, the reasons in
// app.yml and docs/permissions.md are made from it; a test compares it with GitHub's tables in test/local-github/auth/.

interface RestRequest {
  readonly needs: Needs;
  readonly for: readonly Use[];
}

/** Sent as the App itself, which authenticates with its private key: permissions do not matter. */
const BY_THE_APP: RestRequest = { needs: [], for: [] };

/** Requests to the REST API, by method and route as Octokit writes them. */
export const REST_REQUESTS = {
  "GET /repos/{owner}/{repo}": { needs: ["metadata: read"], for: [USES.repository] },
  "GET /repos/{owner}/{repo}/collaborators/{username}/permission": {
    needs: ["metadata: read"],
    for: [USES.repository],
  },
  "GET /repos/{owner}/{repo}/rules/branches/{branch}": { needs: ["metadata: read"], for: [USES.repository] },

  "GET /repos/{owner}/{repo}/compare/{basehead}": { needs: ["contents: read"], for: [USES.branches] },
  "GET /repos/{owner}/{repo}/git/ref/{ref}": { needs: ["contents: read"], for: [USES.branches] },
  "GET /repos/{owner}/{repo}/contents/{path}": { needs: ["contents: read"], for: [USES.files] },
  "POST /markdown": { needs: ["contents: read"], for: [USES.rendering] },
  "DELETE /repos/{owner}/{repo}/git/refs/{ref}": { needs: ["contents: write"], for: [USES.branchDeletion] },

  // Without `contents: read` GitHub refuses it too, but with 422 "not all refs are readable".
  "POST /repos/{owner}/{repo}/pulls": { needs: ["pull_requests: write"], for: [USES.pullRequests] },
  "PATCH /repos/{owner}/{repo}/pulls/{pull_number}": {
    needs: ["pull_requests: write"],
    for: [USES.pullRequests],
  },
  "GET /repos/{owner}/{repo}/pulls": { needs: ["pull_requests: read"], for: [USES.following] },
  "GET /repos/{owner}/{repo}/pulls/{pull_number}": {
    needs: [["contents: read", "pull_requests: read"]],
    for: [USES.following],
  },
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/files": {
    needs: ["pull_requests: read"],
    for: [USES.following],
  },
  "GET /repos/{owner}/{repo}/pulls/{pull_number}/comments": {
    needs: ["pull_requests: read"],
    for: [USES.following],
  },
  // Naming a team needs `members: read` too, which GitHub's table leaves out: https://github.com/github/docs/issues/35057
  "POST /repos/{owner}/{repo}/pulls/{pull_number}/requested_reviewers": {
    needs: ["pull_requests: write"],
    for: [USES.reviews],
  },

  "GET /repos/{owner}/{repo}/labels": {
    needs: [["issues: read", "pull_requests: read"]],
    for: [USES.following],
  },
  "GET /repos/{owner}/{repo}/labels/{name}": {
    needs: [["issues: read", "pull_requests: read"]],
    for: [USES.following],
  },
  "POST /repos/{owner}/{repo}/labels": {
    needs: [["issues: write", "pull_requests: write"]],
    for: [USES.answers],
  },
  "POST /repos/{owner}/{repo}/issues/{issue_number}/comments": {
    needs: [["issues: write", "pull_requests: write"]],
    for: [USES.answers],
  },
  "PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}": {
    needs: [["issues: write", "pull_requests: write"]],
    for: [USES.answers],
  },
  // As in GitHub's table. For a comment on a pull request, some report that it needs `pull_requests: write` instead:
  // https://github.com/eneo-ai/eneo/pull/512
  "POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions": {
    needs: ["issues: write"],
    for: [USES.reactions],
  },

  "POST /repos/{owner}/{repo}/check-runs": { needs: ["checks: write"], for: [USES.ownCheck] },
  "PATCH /repos/{owner}/{repo}/check-runs/{check_run_id}": { needs: ["checks: write"], for: [USES.ownCheck] },
  "GET /repos/{owner}/{repo}/commits/{ref}/check-runs": { needs: ["checks: read"], for: [USES.checks] },
  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}": { needs: ["checks: read"], for: [USES.checks] },
  "GET /repos/{owner}/{repo}/check-runs/{check_run_id}/annotations": {
    needs: ["checks: read"],
    for: [USES.checks],
  },
  "GET /repos/{owner}/{repo}/actions/jobs/{job_id}/logs": { needs: ["actions: read"], for: [USES.jobLogs] },
  "GET /repos/{owner}/{repo}/branches/{branch}/protection": {
    needs: ["administration: read"],
    for: [USES.protection],
  },

  // Sent with the token of a person who signs in. GitHub's table demands the permission for that too.
  "GET /user": { needs: [], for: [] },
  "GET /user/memberships/orgs/{org}": { needs: ["members: read"], for: [USES.signIn] },
  "GET /orgs/{org}/teams/{team_slug}/memberships/{username}": {
    needs: ["members: read"],
    for: [USES.signIn],
  },

  "GET /installation/repositories": { needs: [], for: [] },
  "GET /app": BY_THE_APP,
  "GET /app/installations": BY_THE_APP,
  "GET /app/hook/deliveries": BY_THE_APP,
  "POST /app/hook/deliveries/{delivery_id}/attempts": BY_THE_APP,
  // Sent by Octokit's App authentication, not by us.
  "POST /app/installations/{installation_id}/access_tokens": BY_THE_APP,
  "GET /repos/{owner}/{repo}/installation": BY_THE_APP,
} as const satisfies Readonly<Record<string, RestRequest>>;

interface GraphqlRequest {
  /**
   * By the alias of the root field, because GitHub can refuse parts of a document. `… on Type`: also needed if the
   * answer has an object of this type.
   */
  readonly needs: Readonly<Record<string, Needs>>;
  readonly for: readonly Use[];
}

const ROLLUP = ["checks: read", "statuses: read"] as const;

/** Documents for the GraphQL API, by kind and name of the operation. */
export const GRAPHQL_REQUESTS = {
  "query AccountIds": {
    needs: { person: [], organization: ["members: read"] },
    for: [USES.teams],
  },
  "query BaseFiles": { needs: { repository: ["contents: read"] }, for: [USES.files] },
  "query RefUpdateRule": { needs: { repository: ["contents: read"] }, for: [USES.branches] },
  "query LastChanges": {
    needs: { repository: ["contents: read", "pull_requests: read"] },
    for: [USES.branches, USES.following],
  },
  "query ChecksOn": {
    needs: {
      repository: ["contents: read", ROLLUP],
      "repository … on CheckRun": ["checks: read"],
      "repository … on StatusContext": ["statuses: read"],
    },
    for: [USES.checks, USES.statuses],
  },
  "query MoreChecks": {
    needs: {
      repository: ["contents: read", ROLLUP],
      "repository … on CheckRun": ["checks: read"],
      "repository … on StatusContext": ["statuses: read"],
    },
    for: [USES.checks, USES.statuses],
  },
  "query Snapshot": {
    needs: {
      repository: ["contents: read", "pull_requests: read"],
      checks: ["pull_requests: read", ROLLUP],
      "checks … on CheckRun": ["checks: read"],
      "checks … on StatusContext": ["statuses: read"],
    },
    for: [USES.following, USES.checks, USES.statuses],
  },
  "query MoreReviews": {
    needs: { repository: ["contents: read", "pull_requests: read"] },
    for: [USES.following],
  },
  "query KeptCommits": {
    needs: { repository: ["contents: read", "pull_requests: read"] },
    for: [USES.branches, USES.following],
  },
  "query ContainedCommits": { needs: { repository: ["contents: read"] }, for: [USES.branches] },
  "query NewestComments": { needs: { repository: ["pull_requests: read"] }, for: [USES.following] },
  "mutation Decorate": {
    needs: {
      removed: ["issues: write", "pull_requests: write"],
      added: ["issues: write", "pull_requests: write"],
      asked: ["pull_requests: write"],
      "asked … on Team": ["members: read"],
    },
    for: [USES.labels, USES.reviews, USES.teams],
  },
  "mutation MarkReady": {
    needs: { changed: ["contents: write", "pull_requests: write"] },
    for: [USES.draftState],
  },
  "mutation ConvertToDraft": {
    needs: { changed: ["contents: write", "pull_requests: write"] },
    for: [USES.draftState],
  },
} as const satisfies Readonly<Record<string, GraphqlRequest>>;

/**
 * Webhook events that GitHub sends only with a permission: https://docs.github.com/en/webhooks/webhook-events-and-payloads.
 * Every App receives the events about the installation itself.
 */
export const EVENTS = {
  pull_request: { needs: ["pull_requests: read"], for: [USES.following] },
  pull_request_review: { needs: ["pull_requests: read"], for: [USES.following] },
  push: { needs: ["contents: read"], for: [USES.branches] },
  check_run: { needs: ["checks: read"], for: [USES.checks] },
  check_suite: { needs: ["checks: read"], for: [USES.checks] },
  status: { needs: ["statuses: read"], for: [USES.statuses] },
  issue_comment: { needs: ["issues: read"], for: [USES.commands] },
  merge_group: { needs: ["merge_queues: read"], for: [USES.mergeQueue] },
  repository: { needs: ["metadata: read"], for: [USES.repository] },
  branch_protection_rule: { needs: ["administration: read"], for: [USES.protection] },
  repository_ruleset: { needs: ["administration: read"], for: [USES.protection] },
} as const satisfies Readonly<Record<string, RestRequest>>;
