import { describe, expect, test } from "../../support/testing.ts";
import { longStory } from "../../support/sample.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";

const scenario = useScenario();

/** A repository that the bot has in its cache, with a pull request of each base's name. */
async function known(name: string, files: Record<string, string> = {}) {
  const repository = await scenario.addRepository(name, { files });
  await scenario.complete(`${name}-before`, { repository });
  return { repository, before: await scenario.opened(`${name}-before`) };
}

describe("after the default branch was renamed", () => {
  test("a completion goes into the new one, and open pull requests follow it", async () => {
    const { github } = scenario.stage;
    const { repository, before } = await known("renamed");
    await github.pushFiles(repository, { branch: "agent/renamed", files: { "a.ts": "a\n" }, message: "A" });
    await github.renameBranch(repository, { from: "main", to: "trunk" });
    await scenario.complete("renamed", { repository, files: null });
    expect((await scenario.opened("renamed")).baseRef).toBe("trunk");
    expect(before).toMatchObject({ baseRef: "trunk", state: "open" });
    await eventually("the new base on the record", async () => {
      const { pullRequest } = await storedRecord(scenario.bot.app, "renamed-before");
      return pullRequest?.base === "trunk";
    });
  });

  longStory("even if the event is lost, nothing is refused for a base that is gone", async () => {
    const { github } = scenario.stage;
    const { repository } = await known("lost");
    await github.pushFiles(repository, { branch: "agent/lost", files: { "a.ts": "a\n" }, message: "A" });
    github.webhooks.faults.add({ event: "repository", fault: { kind: "lose" } });
    await github.renameBranch(repository, { from: "main", to: "trunk" });
    await scenario.complete("lost", { repository, files: null });
    expect((await scenario.opened("lost")).baseRef).toBe("trunk");
    expect(await scenario.types("lost")).not.toContain("orb.pull_request.blocked");
  });
});

describe("after another branch became the default", () => {
  test("a completion goes into the new one at once, although the old one still exists", async () => {
    const { github } = scenario.stage;
    const { repository } = await known("chosen");
    await github.pushFiles(repository, { branch: "develop", files: { "dev.md": "x\n" }, message: "Dev" });
    await github.changeDefaultBranch(repository, "develop");
    await scenario.leaveAlone();
    await scenario.complete("chosen", { repository });
    expect((await scenario.opened("chosen")).baseRef).toBe("develop");
  });

  test("a completion that was refused for the old one is tried again", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("unblocked", {
      files: { ".github/orb.yml": "baseBranches: [develop]\n" },
    });
    await scenario.complete("unblocked", { repository });
    const { data } = await scenario.event("unblocked", "orb.pull_request.blocked");
    expect(data).toMatchObject({ code: "base_not_allowed" });
    await github.pushFiles(repository, { branch: "develop", files: { "dev.md": "x\n" }, message: "Dev" });
    await github.changeDefaultBranch(repository, "develop");
    expect((await scenario.opened("unblocked")).baseRef).toBe("develop");
  });

  longStory("a description no longer promises to close issues that GitHub would not close", async () => {
    const { github } = scenario.stage;
    const repository = await scenario.addRepository("closing");
    const { number } = await github.openIssue(repository, { title: "Greet people" });
    await scenario.complete("closing", { repository, data: { issues: [number] } });
    const pullRequest = await scenario.opened("closing");
    expect(pullRequest.body).toContain(`Closes #${number}`);
    await github.pushFiles(repository, { branch: "develop", files: { "dev.md": "x\n" }, message: "Dev" });
    await github.changeDefaultBranch(repository, "develop");
    await eventually("the new description", () => !pullRequest.body?.includes(`Closes #${number}`));
  });
});

test("a completion that waits for the base that it names is tried again when that is pushed", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("based", { data: { base: "release/9" } });
  const { data } = await scenario.event("based", "orb.pull_request.blocked");
  expect(data).toMatchObject({ code: "base_missing" });
  await github.pushFiles(repository, { branch: "release/9", files: { "9.md": "9\n" }, message: "9" });
  expect((await scenario.opened("based")).baseRef).toBe("release/9");
});
