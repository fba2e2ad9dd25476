import { longStory } from "../../support/sample.ts";
import { expect, test } from "../../support/testing.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";
import { storedRecord } from "../../support/stored-record.ts";
import { runJob } from "../../support/bot/run-job.ts";

const HOUR_MS = 3_600_000;
const STEP_MS = 15_000;
/** Two pull requests with one or two looks each. */
const LOOKS_MAX = 4;
/** The snapshot, and the settings on which the next look depends. */
const REQUESTS_PER_LOOK_MAX = 3;

let passedMs = 0;
const scenario = useScenario({ now: () => new Date(Date.now() + passedMs) });

/** Lets an hour pass in which nothing happens, and returns the requests that the bot sent to GitHub in it. */
async function quietHour(): Promise<string[]> {
  const { now, pullRequestStore, deliveryStore } = scenario.bot.app;
  const { requests, webhooks } = scenario.stage.github;
  const mark = requests.mark();
  for (let step = 0; step < HOUR_MS / STEP_MS; step++) {
    passedMs += STEP_MS;
    await webhooks.drain();
    await eventually("nothing due", async () => {
      if (await deliveryStore.model.exists({ status: "pending" })) return false;
      const due = [{ "work.owner": { $ne: null } }, { "work.dueAt": { $lte: now() } }];
      return (await pullRequestStore.model.countDocuments({ $or: due })) === 0;
    });
  }
  const asked = requests.since(mark).map(({ method, path }) => `${method} ${path}`);
  return asked.filter((each) => !each.endsWith("/access_tokens"));
}

test("an hour in which nothing happens costs an open pull request one or two reads and no write", async () => {
  await scenario.complete("quiet");
  const pullRequest = await scenario.opened("quiet");
  // In the first hour GitHub's webhooks about the bot's own writes still cause looks.
  expect((await quietHour()).length).toBeLessThan(10);
  const { updatedAt } = pullRequest;
  const asked = await quietHour();
  // Looks are 45 to 60 minutes apart.
  expect(["POST /graphql", "POST /graphql,POST /graphql"]).toContain(String(asked));
  expect(pullRequest.updatedAt).toBe(updatedAt);
});

longStory(
  "pull requests that wait for each other, for checks and in a conflict do not keep each other busy",
  async () => {
    const { github } = scenario.stage;
    const files = { ".github/orb.yml": "siblings: wait\nautoReady: true\n", "src/api.ts": "export {};\n" };
    const [web, api] = [
      await scenario.addRepository("web", { files }),
      await scenario.addRepository("api", { files }),
    ];
    for (const [index, repository] of [web, api].entries()) {
      await github.protect(repository, "main", {
        requiredChecks: ["orb", "unit tests"],
        requiredApprovals: 1,
      });
      const changed = { "src/api.ts": "export const version = 2;\n" };
      const completed = { repository, files: changed, data: { draft: index === 1 }, minute: 30 + index };
      await scenario.complete("pair", completed);
    }
    await eventually("both open", async () => {
      const records = await scenario.bot.app.pullRequestStore.ofProject("pair");
      return records.length === 2 && records.every(({ openedAt }) => openedAt !== null);
    });
    await scenario.change(api, { "src/api.ts": "export const version = 3;\n" });
    expect((await quietHour()).length).toBeLessThan(100);
    const asked = await quietHour();
    expect(asked.filter((each) => !/^GET |^POST \/graphql$/.test(each))).toEqual([]);
    expect(asked.length).toBeLessThanOrEqual(LOOKS_MAX * REQUESTS_PER_LOOK_MAX);
  },
);

test("the reconciling job finds an open pull request that has no due look and whose webhooks were lost", async () => {
  const { github, repository } = scenario.stage;
  await scenario.complete("forgotten");
  const { number } = await scenario.opened("forgotten");
  await scenario.leaveAlone();
  github.webhooks.faults.add({ times: Infinity, fault: { kind: "lose" } });
  await github.mergePullRequest(repository, number, { method: "squash" });

  passedMs += HOUR_MS;
  expect((await storedRecord(scenario.bot.app, "forgotten")).status).toBe("open");
  await runJob(scenario.bot.app, "reconcile");
  passedMs += HOUR_MS;
  await scenario.event("forgotten", "orb.pull_request.merged");
  github.webhooks.faults.clear();
});
