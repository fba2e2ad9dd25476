import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { OrbError } from "../../../src/errors.ts";
import { isGitHubFailure, toOrbError } from "../../../src/github/wire/failure.ts";
import { AnsweringServer, create, failureOf, NOW } from "./answering-server.ts";

const DOCUMENTATION = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request";

let github: AnsweringServer;

beforeAll(async () => {
  github = await AnsweringServer.start();
});

afterAll(async () => {
  await github[Symbol.asyncDispose]();
});

/** A refusal in the words of GitHub's validation. */
function invalid(...errors: readonly unknown[]) {
  return { message: "Validation Failed", errors, documentation_url: DOCUMENTATION, status: "422" };
}
const custom = (message: string) => ({ resource: "PullRequest", code: "custom", message });

describe("GitHub's refusal gets a code and is quoted:", () => {
  test.each<[code: string, status: number, body: unknown, quoted: string]>([
    [
      "pull_request_exists",
      422,
      invalid(custom("A pull request already exists for octo:agent/x.")),
      "Validation Failed; A pull request already exists for octo:agent/x.",
    ],
    [
      "no_commits",
      422,
      invalid(custom("No commits between main and agent/x")),
      "Validation Failed; No commits between main and agent/x",
    ],
    [
      "refs_not_readable",
      422,
      invalid(custom("not all refs are readable")),
      "Validation Failed; not all refs are readable",
    ],
    [
      "head_invalid",
      422,
      invalid({ resource: "PullRequest", field: "head", code: "invalid" }),
      "Validation Failed; head invalid",
    ],
    [
      "base_invalid",
      422,
      invalid({ resource: "PullRequest", field: "base", code: "invalid" }),
      "Validation Failed; base invalid",
    ],
    [
      "no_common_history",
      422,
      invalid(custom("The agent/x branch has no history in common with main")),
      "Validation Failed; The agent/x branch has no history in common with main",
    ],
    [
      "body_too_long",
      422,
      invalid({
        resource: "Issue",
        code: "custom",
        field: "body",
        message: "body is too long (maximum is 65536 characters)",
      }),
      "Validation Failed; body is too long (maximum is 65536 characters)",
    ],
    [
      "drafts_not_supported",
      422,
      {
        message: "Draft pull requests are not supported in this repository.",
        documentation_url: DOCUMENTATION,
      },
      "Draft pull requests are not supported in this repository.",
    ],
    [
      "fork_collaboration_refused",
      422,
      invalid({
        resource: "PullRequest",
        code: "custom",
        field: "fork_collab",
        message: "Fork collab can't be granted by someone without permission",
      }),
      "Validation Failed; Fork collab can't be granted by someone without permission",
    ],
    ["validation_failed", 422, { message: "Validation Failed" }, "Validation Failed"],
    [
      "reviewer_is_author",
      422,
      { message: "Review cannot be requested from pull request author.", documentation_url: DOCUMENTATION },
      "Review cannot be requested from pull request author.",
    ],
    [
      "reviewer_not_collaborator",
      422,
      {
        message:
          "Reviews may only be requested from collaborators. One or more of the teams you specified is not a collaborator of the octo/hello repository.",
      },
      "Reviews may only be requested from collaborators. One or more of the teams you specified is not a collaborator of the octo/hello repository.",
    ],
    [
      "too_many_reviewers",
      422,
      { message: "Reviews cannot be requested from more than 15 users or teams." },
      "Reviews cannot be requested from more than 15 users or teams.",
    ],
    [
      "reviewer_not_collaborator",
      422,
      { message: "Unprocessable Entity", errors: ["Reviews may only be requested from collaborators."] },
      "Unprocessable Entity; Reviews may only be requested from collaborators.",
    ],
    [
      "node_not_found",
      422,
      invalid("Could not resolve to a node with the global id of 'PR_kwDOA'."),
      "Validation Failed; Could not resolve to a node with the global id of 'PR_kwDOA'.",
    ],
    [
      "repository_archived",
      403,
      { message: "Repository was archived so is read-only.", documentation_url: DOCUMENTATION },
      "Repository was archived so is read-only.",
    ],
    [
      "repository_blocked",
      403,
      { message: "Repository access blocked", block: { reason: "tos", created_at: "2026-01-01T00:00:00Z" } },
      "Repository access blocked",
    ],
    [
      "repository_blocked",
      403,
      { message: "Access to this repository has been disabled by GitHub staff." },
      "Access to this repository has been disabled by GitHub staff.",
    ],
    [
      "installation_suspended",
      403,
      { message: "This installation has been suspended", documentation_url: "https://docs.github.com" },
      "This installation has been suspended",
    ],
    ["repository_blocked", 451, { message: "Repository access blocked" }, "Repository access blocked"],
    [
      "plan_lacks_feature",
      403,
      {
        message: "Upgrade to GitHub Pro or make this repository public to enable this feature.",
        status: "403",
      },
      "Upgrade to GitHub Pro or make this repository public to enable this feature.",
    ],
    [
      "branch_not_protected",
      404,
      { message: "Branch not protected", documentation_url: DOCUMENTATION, status: "404" },
      "Branch not protected",
    ],
    ["not_found", 404, { message: "Branch not found" }, "Branch not found"],
    [
      "permission_missing",
      403,
      { message: "Resource not accessible by integration", status: "403" },
      "Resource not accessible by integration",
    ],
    [
      "permission_missing",
      403,
      {
        message: "You do not have permission to create labels on this repository.",
        errors: [{ resource: "Repository", field: "label", code: "unauthorized" }],
      },
      "You do not have permission to create labels on this repository.; label unauthorized",
    ],
    ["bad_credentials", 401, { message: "Bad credentials" }, "Bad credentials"],
    [
      "not_found",
      404,
      { message: "Not Found", documentation_url: DOCUMENTATION, status: "404" },
      "Not Found",
    ],
    [
      "no_common_history",
      404,
      { message: "No common ancestor between main and agent/x." },
      "No common ancestor between main and agent/x.",
    ],
    [
      "issues_disabled",
      410,
      { message: "Issues are disabled for this repo" },
      "Issues are disabled for this repo",
    ],
    [
      "already_exists",
      422,
      invalid({ resource: "Label", code: "already_exists", field: "name" }),
      "Validation Failed; name already_exists",
    ],
    ["repository_empty", 409, { message: "Git Repository is empty." }, "Git Repository is empty."],
    ["github_refused", 409, { message: "Conflict" }, "Conflict"],
    ["github_refused", 423, { message: "Locked" }, "Locked"],
    ["github_refused", 428, { message: "Precondition Required" }, "Precondition Required"],
    ["github_unavailable", 500, { message: "Server Error" }, "Server Error"],
    ["github_unavailable", 502, { message: "Server Error" }, "Server Error"],
    [
      "github_unavailable",
      503,
      "<html><head><title>Unicorn! · GitHub</title></head><body/></html>",
      "Unicorn! · GitHub",
    ],
    [
      "github_unavailable",
      504,
      { message: "We couldn't respond to your request in time." },
      "We couldn't respond to your request in time.",
    ],
  ])("%s (%i)", async (code, status, body, quoted) => {
    const error = await create(github, status, body);

    expect(error.toRefusal()).toEqual({
      code,
      reason: `GitHub answered ${status}: ${quoted}`,
      remedy: expect.stringMatching(/^[A-Z].+\.$/) as unknown,
    });
    expect(error.retryAt).toBeNull();
    expect(isGitHubFailure(error, "bad_credentials", code as "not_found")).toBe(true);
  });
});

test("a missing permission is named as in GitHub's header", async () => {
  const error = await create(
    github,
    403,
    { message: "Resource not accessible by integration" },
    { "X-Accepted-GitHub-Permissions": "pull_requests=write; contents=read" },
  );
  expect(error.remedy).toMatch(/approve it\. It needs pull_requests=write; contents=read\.$/);
});

test("long messages of GitHub are shortened", async () => {
  const error = await create(github, 422, { message: "x".repeat(10_000) });
  expect(error.message).toBe(`GitHub answered 422: ${"x".repeat(600)}…`);
});

test.each([
  ["our own error", new OrbError({ code: "lease_lost", reason: "Lost.", remedy: "None." })],
  ["a bug", new TypeError("Cannot read properties of null")],
  ["a value that is not an error", "a text"],
  ["nothing", undefined],
])("%s is passed on unchanged: it is not an outage of GitHub", (_what, thrown) => {
  expect(toOrbError(thrown, NOW)).toBe(thrown);
  expect(isGitHubFailure(thrown, "github_unavailable")).toBe(false);
});

test("Octokit's error is kept as the cause, without its token", async () => {
  github.answers(404, { message: "Not Found" });
  const headers = { authorization: "token ghs_thetokenitself" };
  const error = await failureOf(github.octokit.request("GET /repos/octo/hello", { headers }));

  expect(error.cause).toMatchObject({ name: "HttpError", status: 404 });
  expect(JSON.stringify(error.cause)).not.toContain("ghs_thetokenitself");
});
