import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

const scenario = useScenario();

test("a person makes it a draft and ready again: the first stands in the history, the second is told", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("converted");
  const { number } = await scenario.opened("converted");
  await github.setDraft(repository, number, true);
  await eventually("the draft in the history", async () =>
    (await scenario.history("converted")).some(({ what }) => what === "draft"),
  );
  await github.setDraft(repository, number, false);
  const { data } = await scenario.event("converted", "orb.pull_request.ready");
  expect(data["pullRequest"]).toMatchObject({ number, draft: false });
});

test("people retitle and relabel it: that is known at once, told with the next event, and undone by no push", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("relabelled", { data: { title: "The bot's", type: "feature" } });
  const pullRequest = await scenario.opened("relabelled");
  const { number } = pullRequest;
  await github.editPullRequest(repository, number, { title: "A person's" });
  await github.addLabels(repository, number, ["urgent"]);
  await github.removeLabel(repository, number, "ai-generated");
  await eventually("all of it seen", async () => {
    const { seen } = await storedRecord(scenario.bot.app, "relabelled");
    const labels = seen?.labels.map((label) => label.toLowerCase()) ?? [];
    const isRelabelled = labels.includes("urgent") && !labels.includes("ai-generated");
    return isRelabelled && seen?.title === "A person's";
  });
  await scenario.change(repository, { "src/more.ts": "export {};\n" }, "agent/relabelled");
  await eventually("the new head described", async () => {
    const { described } = await storedRecord(scenario.bot.app, "relabelled");
    return described?.headSha === pullRequest.headSha;
  });
  const { data } = await scenario.event("relabelled", "orb.pull_request.updated");
  expect(data["pullRequest"]).toMatchObject({ title: "A person's" });
  expect(pullRequest.title).toBe("A person's");
  expect(pullRequest.labels).toContain("urgent");
  expect(pullRequest.labels).not.toContain("ai-generated");
});

test("its base is deleted, and GitHub closes it: that is told like any other close", async () => {
  const { github, repository } = scenario.stage;
  await scenario.change(repository, { "release.md": "1.0\n" }, "release");
  await scenario.complete("baseless", { data: { base: "release" } });
  const { number } = await scenario.opened("baseless");
  await github.deleteBranch(repository, "release");
  const { data } = await scenario.event("baseless", "orb.pull_request.closed");
  expect(data).toMatchObject({ outcome: "closed", pullRequest: { number } });
});
