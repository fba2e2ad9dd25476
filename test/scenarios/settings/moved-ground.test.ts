import { describe, expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { cloudEvent, projectCreated } from "../../support/signals.ts";

const CREATE = "POST /repos/{owner}/{repo}/pulls";
const LIST = "GET /repos/{owner}/{repo}/pulls";

const scenario = useScenario();

async function typesOf(project: string): Promise<string[]> {
  return (await scenario.stage.events(project)).map(({ type }) => type);
}

describe("another base", () => {
  test("that a person chose is the one that is compared with, also where the first one is gone", async () => {
    const { github, repository } = scenario.stage;
    await scenario.stage.pushBranch("stack/one", { "one.ts": "export {};\n" });
    await scenario.complete("stacked", { data: { base: "stack/one" } });
    const pullRequest = await scenario.opened("stacked");
    await github.editPullRequest(repository, pullRequest.number, { base: "main" });
    await github.deleteBranch(repository, "stack/one");
    await scenario.completeAgain("stacked", { files: null, data: { summary: "Once more." } });
    expect(await typesOf("stacked")).not.toContain("orb.pull_request.blocked");
    expect(pullRequest.body).toContain("Once more.");
  });

  test("of a later completion opens no second one where the answer to the first was lost", async () => {
    const { github, repository } = scenario.stage;
    await scenario.stage.pushBranch("release/1", { "release.ts": "export {};\n" });
    github.faults.add({ route: CREATE, fault: { kind: "lost-answer", when: "after" } });
    const unseen = github.faults.add({
      route: LIST,
      times: 3,
      fault: { kind: "error", status: 502, when: "before" },
    });
    await scenario.complete("rebased", { data: { base: "main" } });
    await eventually("the second look", () => unseen.hits > 0);
    await scenario.complete("rebased", { files: null, minute: 40, data: { base: "release/1" } });
    await scenario.opened("rebased");
    const those = [...repository.pullRequests.values()].filter(({ headRef }) => headRef === "agent/rebased");
    expect(those).toHaveLength(1);
  });
});

test("a completion for a pull request that is closed does not forget the last good settings", async () => {
  const { github, repository } = scenario.stage;
  const settle = (yaml: string) =>
    github.pushFiles(repository, { branch: "main", files: { ".github/orb.yml": yaml }, message: "Settle" });
  await settle("draft: always\n");
  await scenario.complete("settled");
  await github.closePullRequest(repository, (await scenario.opened("settled")).number);
  await settle("draft: [always\n");
  await scenario.complete("settled", { files: null, minute: 40 });
  await scenario.event("settled", "orb.pull_request.blocked");
  await scenario.complete("after-it");
  expect((await scenario.opened("after-it")).draft).toBe(true);
  await settle("");
});

test("a pull request that stands is told of, though the project was cancelled before it was finished", async () => {
  const { faults } = scenario.stage.github;
  await scenario.complete("before-it");
  await scenario.opened("before-it");
  await scenario.signal(projectCreated("cut-off"));
  // What is asked of a base that is known is known by then: the first is the labelling.
  await scenario.leaveAlone();
  faults.add({ route: "POST /graphql", fault: { kind: "secondary-limit", retryAfterS: 2 } });
  await scenario.complete("cut-off");
  await scenario.listed("cut-off", ({ problem }) => problem?.code === "rate_limited");
  await scenario.signal(cloudEvent("orb.project.cancelled", { project: "cut-off" }, { minute: 35 }));
  const { data } = await scenario.event("cut-off", "orb.pull_request.opened");
  expect(data["problems"]).toMatchObject([{ code: "project_cancelled" }]);
  expect(await scenario.listed("cut-off", () => true)).toMatchObject({ status: "open", problem: null });
});
