import { afterEach, describe, expect, test } from "@jest/globals";
import { hostOf } from "../../src/github/rules/host.ts";
import { isWrite } from "../../src/github/rules/pace.ts";
import { setGitHubScene } from "../adapters/github-scene.ts";
import type { LocalGitHub } from "../support/world/local-github.ts";

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
