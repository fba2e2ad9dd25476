import { afterAll, beforeAll, expect, test } from "../../support/testing.ts";
import { Database } from "../../../src/mongo/database.ts";
import { listPullRequests, sendSignals } from "../../support/bot/api.ts";
import { type Bot, startBot } from "../../support/bot/in-process.ts";
import { runJob } from "../../support/bot/run-job.ts";
import { eventually } from "../../support/eventually.ts";
import { completion } from "../../support/signals.ts";
import { setStage, type Stage } from "../../support/stage.ts";
import type { PullRequest } from "../../local-github/state.ts";

const LEASE_MS = 2_000;
const BRANCH = "agent/kept";

let stage: Stage;

beforeAll(async () => {
  stage = await setStage();
});

afterAll(async () => {
  await stage[Symbol.asyncDispose]();
});

async function publish(bot: Bot, project: string): Promise<PullRequest> {
  await stage.pushBranch(`agent/${project}`, { [`src/${project}.ts`]: "export {};\n" });
  await sendSignals(bot.url, [completion(project, { branch: `agent/${project}` })]);
  const opened = await eventually(`${project} opened`, async () => {
    const events = await stage.events(project);
    return events.find(({ type }) => type === "orb.pull_request.opened");
  });
  const { number } = opened.data["pullRequest"] as { number: number };
  return stage.github.pullRequest(stage.repository, number);
}

async function loseDatabase(): Promise<void> {
  const database = await Database.connect(stage.surroundings.mongodbUri);
  await database.connection.dropDatabase();
  await database.close();
}

/** Makes looks due until the record is in the state that `is` accepts. */
async function seen(bot: Bot, what: string, is: (record: { status: string; headSha?: string }) => boolean) {
  const { model } = bot.app.pullRequestStore;
  await eventually(what, async () => {
    await model.updateMany({ "work.owner": null }, { $set: { "work.dueAt": new Date(0) } });
    const record = await model.findOne({ project: "kept" }).lean();
    return record && is({ status: record.status, ...(record.seen && { headSha: record.seen.headSha }) });
  });
}

test("after the database is lost, open pull requests are found on GitHub, left unchanged and followed to their end", async () => {
  const { github, repository } = stage;
  const first = await startBot(stage.surroundings);
  const { number, body } = await publish(first, "kept");
  const forged = await publish(first, "forged");
  await first[Symbol.asyncDispose]();
  // The marker of one pull request proves nothing in another one.
  await github.editPullRequest(repository, forged.number, { body: body ?? "" });
  await loseDatabase();

  await using bot = await startBot(stage.surroundings, { startJobs: true, leaseMs: LEASE_MS });
  const [record] = await eventually("the record", async () => {
    const records = await listPullRequests(bot.url, "kept");
    return records.length > 0 && records;
  });
  expect(record).toMatchObject({ status: "open" });
  expect(await listPullRequests(bot.url, "forged")).toEqual([]);

  const headSha = await stage.pushBranch(BRANCH, { "src/more.ts": "export {};\n" });
  await seen(bot, "the new head", (now) => now.headSha === headSha);
  expect(github.pullRequest(repository, number).body).toBe(body);

  const again = { branch: BRANCH, summary: "Greets everybody." };
  await sendSignals(bot.url, [completion("kept", again, { minute: 1 })]);
  await eventually("the description updated", () =>
    github.pullRequest(repository, number).body?.includes("Greets everybody."),
  );

  await github.mergePullRequest(repository, number, { method: "squash" });
  await seen(bot, "the merge", ({ status }) => status === "merged");
  await eventually("the merge reported", async () =>
    (await stage.events("kept")).some(({ type }) => type === "orb.pull_request.merged"),
  );
  // A consumer ignores an event whose number is not above all before it.
  const seqs = (await stage.events("kept")).map(({ seq }) => seq);
  expect(seqs).toEqual([...new Set(seqs)].sort((one, other) => one - other));
  await runJob(bot.app, "rebuild");
  expect(await bot.app.pullRequestStore.model.countDocuments()).toBe(1);
});
