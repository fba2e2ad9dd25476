import { describe, expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

const scenario = useScenario();

describe("commits that change nothing in all open no pull request", () => {
  test.each([
    { what: "an empty commit", steps: [{}] },
    { what: "a commit and its revert", steps: [{ "a.ts": "a\n" }, { "a.ts": null }] },
  ])("$what", async ({ what, steps }) => {
    const { github, repository } = scenario.stage;
    const project = what.replaceAll(" ", "-");
    const branch = `agent/${project}`;
    for (const files of steps) {
      await github.pushFiles(repository, { branch, files, message: "Try" });
    }
    const before = repository.pullRequests.size;
    await scenario.complete(project, { files: null });
    const { data } = await scenario.event(project, "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "no_changes" });
    expect(repository.pullRequests.size).toBe(before);
    await github.pushFiles(repository, { branch, files: { "b.ts": "b\n" }, message: "Do it" });
    expect((await scenario.opened(project)).headRef).toBe(branch);
  });
});

test("each push to the base makes the bot ask again, and the same refusal is published once", async () => {
  const { github, repository } = scenario.stage;
  await github.pushFiles(repository, { branch: "agent/empty", files: {}, message: "Try" });
  await scenario.complete("empty", { files: null });
  await scenario.event("empty", "orb.pull_request.blocked");
  for (const times of [2, 3]) {
    await scenario.change(repository, { "other.md": `${times}\n` });
    await eventually(`refusal ${times}`, async () => {
      const { refused } = await storedRecord(scenario.bot.app, "empty");
      return refused?.times === times;
    });
  }
  expect(await scenario.events("empty", "orb.pull_request.blocked")).toHaveLength(1);
});

test("the description of an open pull request whose change was reverted shows that nothing is left", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("reverted", { files: { "src/a.ts": "a\n" } });
  const pullRequest = await scenario.opened("reverted");
  expect(pullRequest.body).toContain("src/a.ts");
  const files = { "src/a.ts": null };
  await github.pushFiles(repository, { branch: "agent/reverted", files, message: "Revert" });
  await eventually("the new description", () => !pullRequest.body?.includes("src/a.ts"));
  expect(pullRequest.body).toContain("No file changes.");
  expect(pullRequest.state).toBe("open");
  const { shortcomings } = await scenario.listed("reverted", (record) => record.shortcomings.length > 0);
  expect(shortcomings).toMatchObject([{ code: "no_changes" }]);
  await github.pushFiles(repository, {
    branch: "agent/reverted",
    files: { "b.ts": "b\n" },
    message: "Do it",
  });
  await scenario.listed("reverted", (record) => record.shortcomings.length === 0);
});
