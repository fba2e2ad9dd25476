import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { afterEach, beforeEach, describe, expect, test } from "@jest/globals";
import nock from "nock";
import { ProbotOctokit } from "probot";
import { OrbError } from "../../src/errors.ts";
import { isGitHubFailure, toOrbError } from "../../src/github/failure.ts";

const API = "https://api.github.com";
const NOW = new Date("2026-03-01T12:00:00Z");
const SECONDARY =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service (https://docs.github.com/en/site-policy/github-terms/github-terms-of-service).";
const DOCUMENTATION = "https://docs.github.com/rest/pulls/pulls#create-a-pull-request";

const octokit = new ProbotOctokit({ throttle: { enabled: false }, retry: { enabled: false } });

beforeEach(() => {
  nock.disableNetConnect();
  nock.enableNetConnect("127.0.0.1");
});

afterEach(() => {
  expect(nock.pendingMocks()).toEqual([]);
  nock.cleanAll();
  nock.enableNetConnect();
});

async function failureOf(asking: Promise<unknown>): Promise<OrbError> {
  const error = await asking.then(
    () => new Error("GitHub was expected to refuse"),
    (thrown: unknown) => toOrbError(thrown, NOW),
  );
  if (error instanceof OrbError) return error;
  throw error;
}

async function create(
  status: number,
  body: nock.Body,
  headers: Record<string, string> = {},
): Promise<OrbError> {
  nock(API).post("/repos/octo/hello/pulls").reply(status, body, headers);
  const pull = { owner: "octo", repo: "hello", head: "agent/x", base: "main", title: "Greet" };
  return failureOf(octokit.request("POST /repos/{owner}/{repo}/pulls", pull));
}

async function mutate(body: nock.Body, headers: Record<string, string> = {}): Promise<OrbError> {
  nock(API).post("/graphql").reply(200, body, headers);
  return failureOf(octokit.graphql("mutation { noop }"));
}

/** As GitHub words a refusal by its validation. */
function invalid(...errors: readonly unknown[]) {
  return { message: "Validation Failed", errors, documentation_url: DOCUMENTATION, status: "422" };
}
const custom = (message: string) => ({ resource: "PullRequest", code: "custom", message });

describe("what GitHub answers to POST /pulls has a name and is quoted:", () => {
  test.each<[code: string, status: number, body: nock.Body, quoted: string]>([
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
      "validation_failed",
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
    ["repository_blocked", 451, { message: "Repository access blocked" }, "Repository access blocked"],
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
    ["github_refused", 409, { message: "Git Repository is empty." }, "Git Repository is empty."],
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
    const headers = typeof body === "string" ? { "content-type": "text/html; charset=utf-8" } : {};
    const error = await create(status, body, headers);

    expect(error.toRefusal()).toEqual({
      code,
      reason: `GitHub answered ${status}: ${quoted}`,
      remedy: expect.stringMatching(/^[A-Z].+\.$/) as unknown,
    });
    expect(error.retryAt).toBeNull();
    expect(isGitHubFailure(error, "bad_credentials", code as "not_found")).toBe(true);
  });
});

test("a permission that is missing is named, as GitHub's header does", async () => {
  const error = await create(
    403,
    { message: "Resource not accessible by integration" },
    { "X-Accepted-GitHub-Permissions": "pull_requests=write; contents=read" },
  );
  expect(error.remedy).toMatch(/approve it\. It wants pull_requests=write; contents=read\.$/);
});

describe("a limit is waited out for as long as GitHub says", () => {
  test.each<[string, number, nock.Body, Record<string, string>, string]>([
    ["secondary, with Retry-After", 403, { message: SECONDARY }, { "Retry-After": "90" }, "12:01:30"],
    ["secondary, as 429", 429, { message: SECONDARY }, { "Retry-After": "7" }, "12:00:07"],
    ["secondary, without a header", 403, { message: SECONDARY }, {}, "12:01:00"],
    [
      "primary, with the time of its end",
      403,
      { message: "API rate limit exceeded for installation ID 17." },
      { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": String(NOW.getTime() / 1000 + 1_200) },
      "12:20:00",
    ],
  ])("%s", async (_limit, status, body, headers, until) => {
    const error = await create(status, body, headers);
    expect(error.code).toBe("rate_limited");
    expect(error.retryAt).toEqual(new Date(`2026-03-01T${until}Z`));
  });
});

describe("GraphQL's errors, which come with HTTP 200, have the same names:", () => {
  test.each<[string, { type: string; message: string }]>([
    [
      "node_not_found",
      { type: "NOT_FOUND", message: "Could not resolve to a node with the global id of 'PR_kwDOA'." },
    ],
    ["permission_missing", { type: "FORBIDDEN", message: "Resource not accessible by integration" }],
    ["github_refused", { type: "UNPROCESSABLE", message: "Labels can't be added." }],
  ])("%s", async (code, error) => {
    const failure = await mutate({ data: { addLabels: null }, errors: [{ ...error, path: ["addLabels"] }] });
    expect(failure).toMatchObject({ code, message: `GitHub answered 200: ${error.message}`, retryAt: null });
  });

  test("rate_limited, with the time of its end in the headers", async () => {
    const failure = await mutate(
      { errors: [{ type: "RATE_LIMITED", message: "API rate limit exceeded for installation ID 17." }] },
      { "X-RateLimit-Remaining": "0", "X-RateLimit-Reset": String(NOW.getTime() / 1000 + 600) },
    );
    expect(failure).toMatchObject({
      code: "rate_limited",
      message: "GitHub asks to slow down: API rate limit exceeded for installation ID 17.",
      retryAt: new Date("2026-03-01T12:10:00Z"),
    });
  });
});

describe("where no answer comes, GitHub is unavailable:", () => {
  test("nobody listens", async () => {
    const server = createServer().listen(0, "127.0.0.1");
    await new Promise((resolve) => server.once("listening", resolve));
    const { port } = server.address() as AddressInfo;
    await new Promise((resolve) => server.close(resolve));

    const error = await failureOf(octokit.request(`GET http://127.0.0.1:${port}/`));
    expect(error).toMatchObject({ code: "github_unavailable", retryAt: null });
    expect(error.message).toBe(`GitHub did not answer: connect ECONNREFUSED 127.0.0.1:${port}`);
  });

  test("the connection is cut", async () => {
    nock(API).get("/repos/octo/hello").replyWithError("read ECONNRESET");
    const error = await failureOf(octokit.request("GET /repos/octo/hello"));
    expect(error).toMatchObject({
      code: "github_unavailable",
      message: "GitHub did not answer: read ECONNRESET",
    });
  });

  test.each([
    ["it takes too long", () => AbortSignal.timeout(20), "the request took too long"],
    ["the request is given up", () => AbortSignal.abort(), "This operation was aborted"],
  ])("%s", async (_what, signal, why) => {
    const silent = createServer(() => {}).listen(0, "127.0.0.1");
    await new Promise((resolve) => silent.once("listening", resolve));
    const { port } = silent.address() as AddressInfo;

    const asking = octokit.request(`GET http://127.0.0.1:${port}/`, { request: { signal: signal() } });
    const error = await failureOf(asking);
    silent.closeAllConnections();
    silent.close();
    expect(error).toMatchObject({ code: "github_unavailable", message: `GitHub did not answer: ${why}` });
  });
});

test("long words of GitHub's are cut short", async () => {
  const error = await create(422, { message: "x".repeat(10_000) });
  expect(error.message).toBe(`GitHub answered 422: ${"x".repeat(600)}…`);
});

test.each([
  ["the house's own error", new OrbError({ code: "lease_lost", reason: "Lost.", remedy: "None." })],
  ["a bug", new TypeError("Cannot read properties of null")],
  ["what is no error at all", "a text"],
  ["nothing", undefined],
])("%s is passed on as it is: it is no outage of GitHub", (_what, thrown) => {
  expect(toOrbError(thrown, NOW)).toBe(thrown);
  expect(isGitHubFailure(thrown, "github_unavailable")).toBe(false);
});

test("Octokit's error is kept as the cause, and its token is not in it", async () => {
  nock(API).get("/repos/octo/hello").reply(404, { message: "Not Found" });
  const headers = { authorization: "token ghs_thetokenitself" };
  const error = await failureOf(octokit.request("GET /repos/octo/hello", { headers }));

  expect(error.cause).toMatchObject({ name: "HttpError", status: 404 });
  expect(JSON.stringify(error.cause)).not.toContain("ghs_thetokenitself");
});
