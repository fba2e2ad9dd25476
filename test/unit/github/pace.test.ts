import { afterAll, afterEach, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import * as fc from "fast-check";
import { hostOf } from "../../../src/github/wire/rules/host.ts";
import { isWrite, nextWriteMs } from "../../../src/github/wire/rules/pace.ts";
import { PACE } from "../../../src/work/pace.ts";
import { refusalOf, setGitHubScene } from "../../adapters/github/scene.ts";
import type { LocalGitHub } from "../../local-github/local-github.ts";
import { AnsweringServer, type Headers, NOW, create, failureOf } from "./answering-server.ts";

describe("the pace of requests", () => {
  let release: () => void = () => {};

  // Also after a test has run out of time, so that waiting requests end.
  afterEach(() => release());

  /** Makes the next creation of a label hang until `release`. */
  function holdLabels(github: LocalGitHub): void {
    const { promise: until, resolve } = Promise.withResolvers<void>();
    github.faults.add({ route: "POST /repos/{owner}/{repo}/labels", fault: { kind: "held", until } });
    release = resolve;
  }

  describe("a request to GitHub", () => {
    test.each([
      { method: "GET", url: "/repos/octo/hello", write: false },
      { method: "HEAD", url: "/repos/octo/hello", write: false },
      { method: "POST", url: "/repos/octo/hello/pulls", write: true },
      { method: "PATCH", url: "/repos/octo/hello/pulls/1", write: true },
      { method: "DELETE", url: "/repos/octo/hello/git/refs/heads/x", write: true },
      { method: "POST", url: "/markdown", write: false },
      { method: "POST", url: "/app/hook/deliveries/17/attempts", write: false },
      { method: "POST", url: "/app/hook/deliveries/{delivery_id}/attempts", write: false },
      { method: "POST", url: "/repos/octo/markdown/pulls", write: true },
      { method: "POST", url: "/repos/octo/attempts/pulls", write: true },
      { method: "POST", url: "/graphql", query: "query Q { viewer { login } }", write: false },
      { method: "POST", url: "/graphql", query: "\n  query($a: ID!) { node(id: $a) { id } }", write: false },
      { method: "POST", url: "/graphql", query: "{ viewer { login } }", write: false },
      { method: "POST", url: "https://git.example.com/api/graphql", query: "query { a }", write: false },
      { method: "POST", url: "/graphql", query: "mutation M { noop }", write: true },
      { method: "POST", url: "/graphql", query: "# a comment\nquery Q { a }", write: true },
      { method: "POST", url: "/graphql", query: "queryable", write: true },
      { method: "POST", url: "/graphql", query: undefined, write: true },
    ])("$method $url with $query waits among the writes: $write", ({ write, ...request }) => {
      expect(isWrite(request)).toBe(write);
    });

    test("that only reads overtakes a hanging write, and a second write does not", async () => {
      await using scene = await setGitHubScene();
      const { github, repository, remote } = scene;
      const sha = (await github.branchSha(repository, "main")) ?? "";
      holdLabels(github);
      const look = { color: "00ff00", description: "" };
      const first = remote.createLabel({ name: "one", ...look });
      const second = remote.createLabel({ name: "two", ...look });

      expect(await remote.checksOn(sha)).toEqual({ states: [], total: 0 });
      expect(await remote.renderMarkdown("*x*")).toBe("<p><em>x</em></p>");
      expect(repository.labels.has("two")).toBe(false);

      release();
      await Promise.all([first, second]);
      expect(repository.labels.has("two")).toBe(true);
    });

    test("that is a GraphQL mutation waits for the write before it", async () => {
      await using scene = await setGitHubScene();
      const { github, repository, remote, routesOf } = scene;
      await github.pushFiles(repository, { branch: "agent/1", files: { a: "a\n" }, message: "A" });
      await github.openPullRequest(repository, { title: "A", head: "agent/1", base: "main" });
      const bug = (await remote.labelIds()).get("bug") ?? "";
      holdLabels(github);
      const asked = await routesOf(async () => {
        const creating = remote.createLabel({ name: "one", color: "00ff00", description: "" });
        const adding = remote.decorate(github.pullRequest(repository, 1).nodeId, {
          addLabelIds: [bug],
          removeLabelIds: [],
          reviewerIds: { people: [], teams: [] },
        });
        await remote.renderMarkdown("*x*");
        release();
        await Promise.all([creating, adding]);
      });
      expect(asked).toEqual([
        "POST /markdown 200",
        "POST /repos/{owner}/{repo}/labels 201",
        "POST /graphql 200",
      ]);
    });
  });

  describe("a write", () => {
    const MINUTE_MS = 60_000;
    const HOUR_MS = 60 * MINUTE_MS;
    const windows = PACE.writeWindows;
    const next = (begun: readonly number[], nowMs: number) => nextWriteMs(begun, nowMs, { windows });

    test("may begin at once after few others, but never before the last one", () => {
      expect(next([], 5)).toBe(5);
      expect(next([1, 2, 3], 5)).toBe(5);
      expect(next([1, 2, 9], 5)).toBe(9);
    });

    test.each([
      ["80 in a minute", 80, MINUTE_MS],
      ["500 in an hour", 500, HOUR_MS],
    ])("waits until a full window has passed if it would exceed %s, in any window", (_limit, max, ms) => {
      // Spread out so that no other window is full.
      const begun = Array.from({ length: max }, (_, index) => 1_000 + Math.floor((index * ms) / (max + 1)));
      expect(next(begun, 1_000 + ms - 1)).toBe(1_000 + ms);
      expect(next(begun.slice(1), 1_000 + ms - 1)).toBe(1_000 + ms - 1);
    });

    test("waits until there is room for all that are to follow it", () => {
      const begun = Array.from({ length: 79 }, (_, index) => 1_000 + index);
      const nextOf = (writes: number) => nextWriteMs(begun, 5_000, { windows, writes });
      expect(nextOf(1)).toBe(5_000);
      expect(nextOf(2)).toBe(1_000 + MINUTE_MS);
      const tight = [{ max: 1, lengthMs: 10 }];
      expect(nextWriteMs([3], 5, { windows: tight, writes: 2 })).toBe(13);
    });

    test("never exceeds GitHub's limits, for any arrival of writes", () => {
      const chances = fc.array(fc.integer({ min: 0, max: 20_000 }), { minLength: 600, maxLength: 900 });
      fc.assert(
        fc.property(chances, (gapsMs) => {
          const begun: number[] = [];
          let nowMs = 0;
          for (const gapMs of gapsMs) {
            nowMs += gapMs;
            begun.push(next(begun, nowMs));
          }
          for (const [index, atMs] of begun.entries()) {
            expect(atMs - (begun[index - 80] ?? -MINUTE_MS)).toBeGreaterThanOrEqual(MINUTE_MS);
            expect(atMs - (begun[index - 500] ?? -HOUR_MS)).toBeGreaterThanOrEqual(HOUR_MS);
          }
        }),
        { numRuns: 20 },
      );
    });

    longStory("that would wait for more than a moment is not sent, and says when to try again", async () => {
      await using scene = await setGitHubScene();
      const { repository, remote, wait, github } = scene;
      const write = (name: string) => remote.createLabel({ name, color: "00ff00", description: "" });
      const beforeFirstMs = Date.now();
      await write("first");
      const afterFirstMs = Date.now();
      // An hour's writes, within the limit for each minute.
      for (let index = 1; index < 500; index++) {
        if (index % 80 === 0) wait(MINUTE_MS);
        await write(`label-${index}`);
      }
      const mark = github.requests.mark();
      const refused = await refusalOf(write("one-more"));
      expect(refused.code).toBe("rate_limited");
      expect(repository.labels.has("one-more")).toBe(false);
      expect(github.requests.since(mark)).toEqual([]);
      const anHourBeforeMs = (refused.retryAt?.getTime() ?? 0) - HOUR_MS;
      expect(anHourBeforeMs).toBeGreaterThanOrEqual(beforeFirstMs);
      expect(anHourBeforeMs).toBeLessThanOrEqual(afterFirstMs);
      expect(await remote.renderMarkdown("*x*")).toBe("<p><em>x</em></p>");
      wait(HOUR_MS);
      await write("one-more");
      expect(repository.labels.has("one-more")).toBe(true);
    });
  });

  test.each([
    ["https://api.github.com", "github.com"],
    ["https://api.octocorp.ghe.com", "octocorp.ghe.com"],
    ["https://git.example.com/api/v3", "git.example.com"],
    ["https://git.example.com:8443/api/v3", "git.example.com:8443"],
    ["https://api.example.com/api/v3", "api.example.com"],
    ["http://127.0.0.1:4000", "127.0.0.1:4000"],
  ])("the API at %s has its pages at %s", (apiUrl, host) => {
    expect(hostOf(apiUrl)).toBe(host);
  });
});

describe("GitHub's limits and outages", () => {
  const SECONDARY =
    "You have exceeded a secondary rate limit. Please wait a few minutes before you try again. For more on scraping GitHub and how it may affect your rights, please review our Terms of Service (https://docs.github.com/en/site-policy/github-terms/github-terms-of-service).";

  let github: AnsweringServer;

  beforeAll(async () => {
    github = await AnsweringServer.start();
  });

  afterAll(async () => {
    await github[Symbol.asyncDispose]();
  });

  describe("a rate limit lasts as long as GitHub says", () => {
    test.each<[string, number, unknown, Headers, string]>([
      ["secondary, with Retry-After", 403, { message: SECONDARY }, { "Retry-After": "90" }, "12:01:30"],
      ["secondary, as 429", 429, { message: SECONDARY }, { "Retry-After": "7" }, "12:00:07"],
      ["secondary, without a header", 403, { message: SECONDARY }, {}, "12:01:00"],
      [
        "primary, with its end time",
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

  describe("GraphQL's errors, which come with HTTP 200, get the same codes:", () => {
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
      const failure = await mutate({
        data: { addLabels: null },
        errors: [{ ...error, path: ["addLabels"] }],
      });
      expect(failure).toMatchObject({
        code,
        message: `GitHub answered 200: ${error.message}`,
        retryAt: null,
      });
    });

    test("rate_limited, with its end time in the headers", async () => {
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

  describe("without an answer, GitHub is unavailable:", () => {
    test("no server listens", async () => {
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
      ["the request is aborted", () => AbortSignal.abort(), "This operation was aborted"],
    ])("%s", async (_what, signal, why) => {
      github.staysSilent();
      const request = { signal: signal() };
      const error = await failureOf(github.octokit.request("GET /repos/octo/hello", { request }));
      expect(error).toMatchObject({ code: "github_unavailable", message: `GitHub did not answer: ${why}` });
    });
  });
});
