import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { JOBS_COLLECTION } from "../../../src/agenda/job-store.ts";
import { sendSignals } from "../../support/bot/api.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { runJob } from "../../support/bot/run-job.ts";
import { eventually } from "../../support/eventually.ts";
import { sampled } from "../../support/sample.ts";
import { completion } from "../../support/signals.ts";
import { setStage, type Stage } from "../../support/stage.ts";

const PROJECTS = ["merged", "closed", "pushed", "quiet"] as const;
/** More runs than the job needs. */
const RUNS_MAX = 5;

let stage: Stage;

beforeEach(async () => {
  stage = await setStage();
});

afterEach(async () => {
  await stage[Symbol.asyncDispose]();
});

async function publish(bot: Bot): Promise<Map<string, number>> {
  const numbers = new Map<string, number>();
  for (const project of PROJECTS) {
    const branch = `agent/${project}`;
    await stage.pushBranch(branch, { [`src/${project}.ts`]: "export {};\n" });
    await sendSignals(bot.url, [completion(project, { branch })]);
    numbers.set(
      project,
      await eventually(`${project} opened`, async () => {
        const record = await bot.app.pullRequestStore.model.findOne({ project, status: "open" }).lean();
        return record?.pullRequest?.number;
      }),
    );
  }
  return numbers;
}

async function inboxHandled({ app }: Bot): Promise<void> {
  await stage.github.webhooks.drain();
  await eventually("the inbox handled", async () => {
    return (await app.deliveryStore.model.countDocuments({ status: "pending" })) === 0;
  });
}

/** The stored state of each pull request, by project. */
async function states({ app }: Bot) {
  const records = await app.pullRequestStore.model.find().lean();
  return Object.fromEntries(
    records.map(({ project, status, seen }) => [project, { status, headSha: seen?.headSha }]),
  );
}

// With the second number the redeliveries take two runs.
test.each(sampled("numbers of missed webhooks", ["20", "220"], ["20"]))(
  "%s webhooks and more that were missed while the bot was down are redelivered once, and every record is correct",
  async (count) => {
    const comments = Number(count);
    const { github, repository } = stage;
    const first = await startBot(stage.surroundings);
    stage.sendWebhooksTo(first);
    const numbers = await publish(first);
    const numberOf = (project: (typeof PROJECTS)[number]) => numbers.get(project) ?? 0;
    await inboxHandled(first);
    await first[Symbol.asyncDispose]();

    const log = github.world.state.hookDeliveries;
    const before = new Set(log.map(({ guid }) => guid));
    for (let index = 0; index < comments; index++) {
      await github.comment(repository, numberOf("quiet"), `Comment ${index}`);
    }
    await github.mergePullRequest(repository, numberOf("merged"), { method: "squash" });
    await github.closePullRequest(repository, numberOf("closed"));
    const headSha = await stage.pushBranch("agent/pushed", { "src/more.ts": "export {};\n" });
    await github.webhooks.drain();
    const missed = log.filter(({ guid }) => !before.has(guid));

    let passedMs = 0;
    await using second = await startBot(stage.surroundings, { now: () => new Date(Date.now() + passedMs) });
    stage.sendWebhooksTo(second);
    const events = new Set(second.app.webhooks.keys());
    const wanted = missed.filter(({ event }) => events.has(event)).map(({ guid }) => guid);
    expect(wanted.length).toBeGreaterThan(comments);
    for (let run = 0, againInMs: number | undefined = 0; run < RUNS_MAX && againInMs !== undefined; run++) {
      passedMs += againInMs;
      ({ againInMs } = await runJob(second.app, "missed-deliveries"));
      await inboxHandled(second);
    }
    const redelivered = log.filter(({ redelivery }) => redelivery).map(({ guid }) => guid);
    expect(redelivered.sort()).toEqual(wanted.sort());
    expect(await second.app.deliveryStore.has(wanted)).toEqual(new Set(wanted));
    await eventually("every record correct", async () => {
      const { merged, closed, pushed, quiet } = await states(second);
      const ended = merged?.status === "merged" && closed?.status === "closed";
      return ended && pushed?.headSha === headSha && quiet?.status === "open";
    });
  },
);

test("a starting bot searches for missed webhooks at once, whenever the next run is scheduled", async () => {
  const { github, repository } = stage;
  const startJobs = { startJobs: true, leaseMs: 1_500 };
  const first = await startBot(stage.surroundings, startJobs);
  stage.sendWebhooksTo(first);
  const jobs = first.app.database.native.collection(JOBS_COLLECTION);
  const ended = { name: "missed-deliveries", lockedAt: null, "data.setFor": { $gt: new Date() } };
  const job = await eventually("a first run", () => jobs.findOne(ended));
  await jobs.updateOne({ _id: job._id }, { $set: { lastRunAt: new Date(0) } }); // as if no process had just started
  await first[Symbol.asyncDispose]();

  const { number } = await github.openIssue(repository, { title: "A", body: "" });
  await github.comment(repository, number, "Anybody there?");
  await github.webhooks.drain();
  const log = github.world.state.hookDeliveries;
  const { guid } = log.findLast(({ event }) => event === "issue_comment") ?? {};

  await using _second = await startBot(stage.surroundings, startJobs);
  await eventually("the redelivery requested", () =>
    log.some((each) => each.redelivery && each.guid === guid),
  );
});
