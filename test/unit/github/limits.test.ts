import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { AnsweringServer, create, failureOf, type Headers, NOW } from "./answering-server.ts";

const SECONDARY =
  "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service (https://docs.github.com/en/site-policy/github-terms/github-terms-of-service).";

let github: AnsweringServer;

beforeAll(async () => {
  github = await AnsweringServer.start();
});

afterAll(async () => {
  await github[Symbol.asyncDispose]();
});

describe("a limit is waited out for as long as GitHub says", () => {
  test.each<[string, number, unknown, Headers, string]>([
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
    const error = await create(github, status, body, headers);
    expect(error.code).toBe("rate_limited");
    expect(error.retryAt).toEqual(new Date(`2026-03-01T${until}Z`));
  });
});

async function mutate(body: unknown, headers: Headers = {}) {
  github.answers(200, body, headers);
  return failureOf(github.octokit.graphql("mutation { noop }"));
}

describe("GraphQL's errors, which come with HTTP 200, have the same names:", () => {
  test.each<[string, { type: string; message: string }]>([
    [
      "node_not_found",
      { type: "NOT_FOUND", message: "Could not resolve to a node with the global id of 'PR_kwDOA'." },
    ],
    [
      "node_not_found",
      { type: "NOT_FOUND", message: "Could not resolve to User node with the global id of 'U_kgDOA'." },
    ],
    [
      "not_found",
      { type: "NOT_FOUND", message: "Could not resolve to an Organization with the login of 'nobody'." },
    ],
    [
      "reviewer_is_author",
      { type: "UNPROCESSABLE", message: "Review cannot be requested from pull request author." },
    ],
    [
      "github_unavailable",
      {
        type: "INTERNAL",
        message: "Something went wrong while executing your query. This may be the result of a timeout.",
      },
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
    const gone = await AnsweringServer.start();
    await gone[Symbol.asyncDispose]();

    const error = await failureOf(gone.octokit.request("GET /repos/octo/hello"));
    expect(error).toMatchObject({ code: "github_unavailable", retryAt: null });
    expect(error.message).toMatch(/^GitHub did not answer: connect ECONNREFUSED 127\.0\.0\.1:\d+$/);
  });

  test("the connection is cut", async () => {
    github.cutsTheConnection();
    const error = await failureOf(github.octokit.request("GET /repos/octo/hello"));
    expect(error).toMatchObject({
      code: "github_unavailable",
      message: "GitHub did not answer: other side closed",
    });
  });

  test.each([
    ["it takes too long", () => AbortSignal.timeout(20), "the request took too long"],
    ["the request is given up", () => AbortSignal.abort(), "This operation was aborted"],
  ])("%s", async (_what, signal, why) => {
    github.staysSilent();
    const request = { signal: signal() };
    const error = await failureOf(github.octokit.request("GET /repos/octo/hello", { request }));
    expect(error).toMatchObject({ code: "github_unavailable", message: `GitHub did not answer: ${why}` });
  });
});
