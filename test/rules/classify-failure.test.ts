import { expect, test } from "@jest/globals";
import { classifyFailure, type FailedAnswer } from "../../src/github/rules/classify-failure.ts";

const NOW_MS = Date.parse("2025-07-01T08:00:00Z");
const IN_TEN_MINUTES = String(NOW_MS / 1000 + 600);

function classify(status: number | null, message: string, headers: FailedAnswer["headers"] = {}) {
  return classifyFailure({ status, message, headers }, NOW_MS);
}

test.each([
  [422, "Validation Failed; A pull request already exists for fjordworks:agent/csv.", "pull_request_exists"],
  [422, "Validation Failed; No commits between main and agent/csv", "no_commits"],
  [422, "Validation Failed; not all refs are readable", "refs_not_readable"],
  [422, "Validation Failed; head invalid", "head_invalid"],
  [422, "Validation Failed; base invalid", "base_invalid"],
  [422, "The agent/csv branch has no history in common with main", "no_common_history"],
  [404, "No common ancestor between main and agent/csv.", "no_common_history"],
  [422, "Validation Failed; body is too long (maximum is 65536 characters)", "body_too_long"],
  [422, "Draft pull requests are not supported in this repository.", "drafts_not_supported"],
  [
    422,
    "Validation Failed; Fork collab can't be granted by someone without permission",
    "fork_collaboration_refused",
  ],
  [422, "Validation Failed; name already_exists", "already_exists"],
  [422, "Validation Failed", "validation_failed"],
  [422, "Validation Failed; title is too long (maximum is 256 characters)", "validation_failed"],
  [422, "Could not resolve to a node with the global id of 'PR_kwDOAB'", "node_not_found"],
  [200, "Could not resolve to a node with the global id of 'PR_kwDOAB'.", "node_not_found"],
  [403, "Repository was archived so is read-only.", "repository_archived"],
  [403, "Repository access blocked", "repository_blocked"],
  [403, "This repository has been disabled.", "repository_blocked"],
  [451, "Repository access blocked", "repository_blocked"],
  [403, "Resource not accessible by integration", "permission_missing"],
  [200, "Resource not accessible by integration", "permission_missing"],
  [
    403,
    "You do not have permission to create labels on this repository.; label unauthorized",
    "permission_missing",
  ],
  [401, "Bad credentials", "bad_credentials"],
  [404, "Not Found", "not_found"],
  [410, "Issues are disabled for this repo", "issues_disabled"],
  [409, "Git Repository is empty.", "github_refused"],
  [200, "Field 'x' doesn't exist on type 'PullRequest'", "github_refused"],
  [500, "Server Error", "github_unavailable"],
  [502, "Bad Gateway", "github_unavailable"],
  [503, "<html>Unicorn!</html>", "github_unavailable"],
  [408, "Request Timeout", "github_unavailable"],
  [
    200,
    "Something went wrong while executing your query. Please include `C0:1` when reporting.",
    "github_unavailable",
  ],
])("%i “%s” is %s", (status, message, code) => {
  const failure = classify(status, message);
  expect(failure).toMatchObject({ code, waitMs: null, reason: `GitHub answered ${status}: ${message}` });
  expect(failure.remedy).toMatch(/^[A-Z].*\.$/);
});

test("no answer at all is an outage, told in the words of what failed", () => {
  expect(classify(null, "connect ECONNREFUSED 127.0.0.1:1")).toEqual({
    code: "github_unavailable",
    reason: "GitHub did not answer: connect ECONNREFUSED 127.0.0.1:1",
    remedy: "Nothing needs to be done: it is looked up and tried again.",
    waitMs: null,
  });
});

test("a missing permission is named where GitHub names it", () => {
  const headers = { "x-accepted-github-permissions": "pull_requests=write" };
  expect(classify(403, "Resource not accessible by integration", headers).remedy).toMatch(
    /It wants pull_requests=write\.$/,
  );
  expect(classify(404, "Not Found", headers).remedy).not.toContain("pull_requests=write");
});

const SECONDARY = "You have exceeded a secondary rate limit. Please wait a few minutes before you try again.";
const PRIMARY = "API rate limit exceeded for installation ID 1.";
const USED_UP = { "x-ratelimit-remaining": "0", "x-ratelimit-reset": IN_TEN_MINUTES };

test.each([
  {
    name: "a secondary limit says for how long",
    status: 403,
    message: SECONDARY,
    headers: { "retry-after": "37" },
    waitMs: 37_000,
  },
  {
    name: "a secondary limit with 429 too",
    status: 429,
    message: SECONDARY,
    headers: { "retry-after": "5" },
    waitMs: 5_000,
  },
  {
    name: "a secondary limit that says nothing is a minute",
    status: 403,
    message: SECONDARY,
    headers: {},
    waitMs: 60_000,
  },
  {
    name: "a secondary limit whose wait can't be read is a minute",
    status: 403,
    message: SECONDARY,
    headers: { "retry-after": "soon" },
    waitMs: 60_000,
  },
  { name: "429 alone is a minute", status: 429, message: "", headers: {}, waitMs: 60_000 },
  {
    name: "the old words are known too",
    status: 403,
    message: "You have triggered an abuse detection mechanism.",
    headers: {},
    waitMs: 60_000,
  },
  {
    name: "the primary limit ends at its reset",
    status: 403,
    message: PRIMARY,
    headers: USED_UP,
    waitMs: 600_000,
  },
  {
    name: "Retry-After counts before the reset",
    status: 403,
    message: PRIMARY,
    headers: { ...USED_UP, "retry-after": "9" },
    waitMs: 9_000,
  },
  {
    name: "a reset that has just passed is a second",
    status: 429,
    message: PRIMARY,
    headers: { ...USED_UP, "x-ratelimit-reset": "1" },
    waitMs: 1_000,
  },
  {
    name: "headers may be numbers",
    status: 403,
    message: PRIMARY,
    headers: { "x-ratelimit-remaining": 0, "x-ratelimit-reset": Number(IN_TEN_MINUTES) },
    waitMs: 600_000,
  },
  {
    name: "GraphQL tells the primary limit with 200",
    status: 200,
    message: PRIMARY,
    headers: USED_UP,
    waitMs: 600_000,
  },
  {
    name: "GraphQL tells the secondary limit with 200",
    status: 200,
    message: SECONDARY,
    headers: {},
    waitMs: 60_000,
  },
  {
    name: "creations that come too fast",
    status: 422,
    message: "Validation Failed; was submitted too quickly",
    headers: {},
    waitMs: 60_000,
  },
])("a limit: $name", ({ status, message, headers, waitMs }) => {
  expect(classify(status, message, headers)).toEqual({
    code: "rate_limited",
    reason: `GitHub asks to slow down: ${message}`,
    remedy: "Nothing needs to be done: it goes on when GitHub allows.",
    waitMs,
  });
});

test.each([
  {
    status: 403,
    message: "Resource not accessible by integration",
    headers: { "x-ratelimit-remaining": "4999" },
  },
  { status: 404, message: "Not Found", headers: USED_UP },
  { status: 200, message: "Field 'x' doesn't exist", headers: USED_UP },
  { status: 502, message: "Bad Gateway", headers: { "retry-after": "5" } },
])("$status “$message” is no limit", ({ status, message, headers }) => {
  expect(classify(status, message, headers).code).not.toBe("rate_limited");
});
