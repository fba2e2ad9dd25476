import { afterEach, describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { hostOf } from "../../../src/github/wire/rules/host.ts";
import { isWrite, nextWriteMs } from "../../../src/github/wire/rules/pace.ts";
import { PACE } from "../../../src/work/pace.ts";
import { refusalOf, setGitHubScene } from "../../adapters/github/scene.ts";
import type { LocalGitHub } from "../../local-github/local-github.ts";

let letGo: () => void = () => {};

// Also where a test has run out of its time: what hangs on it then comes to its end.
afterEach(() => letGo());

/** Makes the next creation of a label hang until `letGo`. */
function holdLabels(github: LocalGitHub): void {
  const { promise: until, resolve } = Promise.withResolvers<void>();
  github.faults.add({ route: "POST /repos/{owner}/{repo}/labels", fault: { kind: "held", until } });
  letGo = resolve;
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
    { method: "POST", url: "/app/hook/deliveries/{delivery_id}/attempts", write: false },
    { method: "POST", url: "/app/hook/deliveries/7/attempts", write: false },
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

  test("that only asks goes past a write that hangs, and a second write does not", async () => {
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

    letGo();
    await Promise.all([first, second]);
    expect(repository.labels.has("two")).toBe(true);
  });

  test("in GraphQL that changes something waits for the write before it", async () => {
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
      letGo();
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
  const next = (begun: readonly number[], nowMs: number) => nextWriteMs(begun, nowMs, PACE.writeWindows);

  test("may begin at once where few came before it, and after the last in any case", () => {
    expect(next([], 5)).toBe(5);
    expect(next([1, 2, 3], 5)).toBe(5);
    expect(next([1, 2, 9], 5)).toBe(9);
  });

  test.each([
    ["80 in a minute", 80, MINUTE_MS],
    ["500 in an hour", 500, HOUR_MS],
  ])(
    "comes after a whole window where it would be one more than %s, wherever that lies",
    (_limit, max, ms) => {
      // Spread such that no other window is full.
      const begun = Array.from({ length: max }, (_, index) => 1_000 + Math.floor((index * ms) / (max + 1)));
      expect(next(begun, 1_000 + ms - 1)).toBe(1_000 + ms);
      expect(next(begun.slice(1), 1_000 + ms - 1)).toBe(1_000 + ms - 1);
    },
  );

  test("never makes more than GitHub allows, however they come", () => {
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

  test("that would wait for more than a minute is not sent, and says when it can be", async () => {
    await using scene = await setGitHubScene();
    const { repository, remote, wait, github } = scene;
    const write = (name: string) => remote.createLabel({ name, color: "00ff00", description: "" });
    const beforeFirstMs = Date.now();
    await write("first");
    const afterFirstMs = Date.now();
    // The writes of an hour, at no more than the pace of a minute.
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
  }, 60_000);
});

test.each([
  ["https://api.github.com", "github.com"],
  ["https://api.octocorp.ghe.com", "octocorp.ghe.com"],
  ["https://git.example.com/api/v3", "git.example.com"],
  ["https://git.example.com:8443/api/v3", "git.example.com:8443"],
  ["https://api.example.com/api/v3", "api.example.com"],
  ["http://127.0.0.1:4000", "127.0.0.1:4000"],
])("pages of the API at %s are at %s", (apiUrl, host) => {
  expect(hostOf(apiUrl)).toBe(host);
});
