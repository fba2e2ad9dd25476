import { expect, test } from "@jest/globals";
import { renderedOnGitHub } from "../../support/description.ts";
import { useScenario } from "../../support/scenario.ts";
import type { Mark } from "../../local-github/http/request-log.ts";

const scenario = useScenario();
const MARKDOWN = "POST /markdown";

function proofs(mark: Mark): number {
  return scenario.stage.github.requests
    .since(mark)
    .filter(({ route, method }) => `${method} ${route}` === MARKDOWN).length;
}

test("what agents write mentions nobody and closes nothing but the project's own issues", async () => {
  const { github, repository } = scenario.stage;
  const own = await github.openIssue(repository, { title: "Ours" });
  const other = await github.openIssue(repository, { title: "Somebody else's" });
  await scenario.complete("harmless", {
    data: {
      issues: [own.number],
      summary: `Fixes #${own.number} and fixes #${other.number}. Thanks @octocat and @octo/reviewers!`,
      changes: [`Closes #${other.number}`, "See ![pixel](https://tracker.example/p.png)"],
    },
  });
  const pullRequest = await scenario.opened("harmless");
  const html = await renderedOnGitHub(pullRequest, github);
  expect(html).not.toContain("user-mention");
  expect(html).not.toContain("team-mention");
  expect(html).not.toContain("<img");
  await github.mergePullRequest(repository, pullRequest.number, { method: "squash" });
  expect(own.state).toBe("closed");
  expect(other.state).toBe("open");
});

test("a section that GitHub would bring to life goes into a fence, before anybody has seen it", async () => {
  const { github } = scenario.stage;
  const mark = github.requests.mark();
  // As if GitHub's own rendering knew a mention that the sanitiser does not.
  const placed = github.faults.add({
    route: MARKDOWN,
    times: 1,
    fault: {
      kind: "answer",
      status: 200,
      headers: { "content-type": "text/html; charset=utf-8" },
      json: '<p>Thanks to <a class="user-mention" href="https://github.com/octocat">@octocat</a>.</p>',
    },
  });
  await scenario.complete("proved", { data: { summary: "Thanks to @octocat.", changes: ["One thing"] } });
  const pullRequest = await scenario.opened("proved");
  placed.remove();
  expect(proofs(mark)).toBeGreaterThan(1);
  expect(pullRequest.body).toContain("One thing");
  expect(pullRequest.body).toMatch(/```\n[^`]*Thanks to @\u200b?octocat/);
  const { shortcomings } = await scenario.listed("proved", ({ status }) => status === "open");
  expect(shortcomings).toEqual([]);
});

test("a text without anything that GitHub acts on costs no proof", async () => {
  const { requests } = scenario.stage.github;
  const mark = requests.mark();
  await scenario.complete("plain", { data: { summary: "Adds a greeting." } });
  await scenario.opened("plain");
  expect(proofs(mark)).toBe(0);
});
