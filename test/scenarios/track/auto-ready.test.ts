import { describe, expect, test } from "@jest/globals";
import { useScenario } from "../../support/scenario.ts";

const scenario = useScenario();
const files = { ".github/orb.yml": "autoReady: true\n" };
const DRAFT = { draft: true };

test("a draft of the bot's gets ready once its checks have passed, and that is told", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("ready", { files });
  await scenario.complete("ready", { repository, data: DRAFT });
  const pullRequest = await scenario.opened("ready");
  const { headSha } = pullRequest;
  await github.startCheckRun(repository, headSha, { name: "unit tests" });
  await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
  const { data } = await scenario.event("ready", "orb.pull_request.ready");
  expect(data["pullRequest"]).toMatchObject({ draft: false });
  expect(pullRequest.draft).toBe(false);
});

test("a draft whose base asks for the bot's own check too does not wait for that one", async () => {
  const { github } = scenario.stage;
  const repository = await scenario.addRepository("demanding", { files });
  await github.protect(repository, "main", { requiredChecks: ["unit tests", "orb"] });
  await scenario.complete("demanding", { repository, data: DRAFT });
  const { headSha } = await scenario.opened("demanding");
  await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
  await scenario.event("demanding", "orb.pull_request.ready");
});

describe("it stays a draft", () => {
  test("that a person has made one again, whatever the checks say", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("kept", { files });
    await scenario.complete("kept", { repository, data: DRAFT });
    const pullRequest = await scenario.opened("kept");
    const { headSha, number } = pullRequest;
    await github.setDraft(repository, number, false);
    await scenario.event("kept", "orb.pull_request.ready");
    await github.setDraft(repository, number, true);
    await github.completeCheckRun(repository, headSha, { name: "unit tests", conclusion: "success" });
    await scenario.event("kept", "orb.pull_request.checks_passed");
    expect(pullRequest.draft).toBe(true);
  });

  test("where the settings leave that to people", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("left");
    await scenario.complete("left", { repository, data: DRAFT });
    const pullRequest = await scenario.opened("left");
    await github.completeCheckRun(repository, pullRequest.headSha, { name: "tests", conclusion: "success" });
    await scenario.event("left", "orb.pull_request.checks_passed");
    expect(pullRequest.draft).toBe(true);
  });
});
