import { expect, test } from "@jest/globals";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";

const HOUR_MS = 3_600_000;
const STEP_MS = 15_000;
/** Of two pull requests, each looked at once or twice. */
const LOOKS_MAX = 4;
/** How it stands, and the settings on which the wait hangs. */
const REQUESTS_PER_LOOK_MAX = 3;

let passedMs = 0;
const scenario = useScenario({ now: () => new Date(Date.now() + passedMs) });

/** Lets an hour pass in which nobody does anything, and answers what the bot asked of GitHub in it. */
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

test("an hour in which nothing happens costs an open pull request a question, and no write", async () => {
  await scenario.complete("quiet");
  const pullRequest = await scenario.opened("quiet");
  // What the bot wrote itself is told by GitHub, and looked at: then that is over.
  expect((await quietHour()).length).toBeLessThan(10);
  const { updatedAt } = pullRequest;
  const asked = await quietHour();
  // Looks are 45 to 60 minutes apart.
  expect(["POST /graphql", "POST /graphql,POST /graphql"]).toContain(String(asked));
  expect(pullRequest.updatedAt).toBe(updatedAt);
});

test("pull requests that wait for each other, for checks and for a conflict do not keep each other busy", async () => {
  const { github } = scenario.stage;
  const files = { ".github/orb.yml": "siblings: wait\nautoReady: true\n", "src/api.ts": "export {};\n" };
  const [web, api] = [
    await scenario.addRepository("web", { files }),
    await scenario.addRepository("api", { files }),
  ];
  for (const [index, repository] of [web, api].entries()) {
    await github.protect(repository, "main", { requiredChecks: ["orb", "unit tests"], requiredApprovals: 1 });
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
});
