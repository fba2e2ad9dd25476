import { expect, test } from "../../support/testing.ts";
import { runJob } from "../../support/bot/run-job.ts";
import { eventually } from "../../support/eventually.ts";
import { useScenario } from "../../support/scenario.ts";

const DAY_MS = 24 * 3_600_000;

let passedMs = 0;
const scenario = useScenario({ now: () => new Date(Date.now() + passedMs) });

test("a completion of a branch whose merged pull request was forgotten finds it on GitHub and opens no second one", async () => {
  const { github, repository } = scenario.stage;
  const { app } = scenario.bot;
  await scenario.complete("long-ago");
  const { number } = await scenario.opened("long-ago");
  await github.mergePullRequest(repository, number, { method: "squash" });
  await scenario.event("long-ago", "orb.pull_request.merged");
  await eventually("nothing more to do", async () => {
    await github.webhooks.drain();
    if (await app.deliveryStore.model.exists({ status: "pending" })) return false;
    const [record] = await app.pullRequestStore.ofProject("long-ago");
    return record?.work.owner === null && record.work.dueAt === null;
  });
  const events = await scenario.types("long-ago");

  passedMs = 179 * DAY_MS;
  await runJob(app, "pull-request-retention");
  expect(await app.pullRequestStore.ofProject("long-ago")).toHaveLength(1);
  passedMs = 181 * DAY_MS;
  await runJob(app, "pull-request-retention");
  await runJob(app, "signal-retention");
  expect(await app.pullRequestStore.ofProject("long-ago")).toEqual([]);
  expect(await app.projectStore.find("long-ago")).toBeNull();
  expect(await app.outboxStore.sequences.findById("long-ago")).toBeNull();
  expect(await app.signalStore.model.countDocuments({ project: "long-ago" })).toBe(0);

  // The same signal again, of the same commit: nothing that is stored here knows either.
  await scenario.complete("long-ago", { files: null });
  const { problem } = await scenario.listed("long-ago", ({ status }) => status === "blocked");
  expect(problem?.code).toBe("pull_request_merged");
  expect([...repository.pullRequests.values()].map((each) => each.number)).toEqual([number]);
  const seqs = await eventually("the new events", async () => {
    const published = await scenario.stage.events("long-ago");
    return published.length > events.length + 1 && published.map(({ seq }) => seq);
  });
  expect(seqs).toEqual([...new Set(seqs)].toSorted((a, b) => a - b));
});
