import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";
import type { CheckRun, Repository } from "../../local-github/state.ts";

const scenario = useScenario();

/** An open pull request with the bot's check run, for the repository's settings have a mistake. */
async function withCheckRun(project: string): Promise<{ repository: Repository; run: CheckRun }> {
  const repository = await scenario.addRepository(project, {
    files: { ".github/orb.yml": "draft: allways\n" },
  });
  await scenario.complete(project, { repository });
  const { headSha } = await scenario.opened(project);
  const run = await eventually("the check run", () =>
    repository.checkRuns.find((one) => one.name === "orb" && one.headSha === headSha),
  );
  return { repository, run };
}

async function history(project: string): Promise<string[]> {
  const found = await scenario.history(project);
  return found.map(({ what, because }) => `${what}: ${because}`);
}

test("a press on Refresh writes the description anew, in the name of who pressed", async () => {
  const { github } = scenario.stage;
  const { repository, run } = await withCheckRun("refreshed");
  await github.pressCheckRunButton(repository, run, "refresh");
  await eventually("it done", async () =>
    (await history("refreshed")).includes("refresh: octocat asked for it"),
  );
});

test("“Re-run” on the bot's own check does the same", async () => {
  const { github } = scenario.stage;
  const { repository, run } = await withCheckRun("rerun");
  await github.rerequestCheckRun(repository, run);
  await eventually("it done", async () => (await history("rerun")).includes("refresh: octocat asked for it"));
});

test("a press on Retry tries again what had failed, however often the press is told", async () => {
  const { github } = scenario.stage;
  const { repository, run } = await withCheckRun("retried");
  const { model } = scenario.bot.app.pullRequestStore;
  const problem = { code: "internal", reason: "Something broke.", remedy: "Fix it." };
  await eventually("it at rest", async () => {
    const rested = { project: "retried", "work.owner": null };
    const { matchedCount } = await model.updateOne(rested, { $set: { problem, publishRefused: true } });
    return matchedCount > 0;
  });
  github.webhooks.faults.add({ action: "requested_action", fault: { kind: "duplicate" } });
  await github.pressCheckRunButton(repository, run, "retry");
  await eventually("the problem gone", async () => {
    const { problem: now, publishRefused } = await storedRecord(scenario.bot.app, "retried");
    return now === null && !publishRefused;
  });
  const retries = (await history("retried")).filter((line) => line.startsWith("retry: "));
  expect(retries).toEqual(["retry: octocat asked for it"]);
});
