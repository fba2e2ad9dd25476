import { beforeEach, expect, test } from "../../support/testing.ts";
import { runJob } from "../../support/bot/run-job.ts";
import { useBot } from "../../support/bot/use-bot.ts";
import { storeRecord } from "../../support/stored-record.ts";
import { CHANGE_SET_MAX } from "../../../src/pull-requests/change-set/members.ts";
import type { StoredSignal } from "../../../src/signals/store.ts";

const DAY_MS = 24 * 3_600_000;
const { SIGNAL_DAYS, PULL_REQUEST_DAYS } = { SIGNAL_DAYS: 90, PULL_REQUEST_DAYS: 180 };
const daysAgo = (days: number) => new Date(Date.now() - days * DAY_MS);
const LONG_AGO = daysAgo(PULL_REQUEST_DAYS + 1);
const REST = { dueAt: null, owner: null, epoch: 0, attempts: 0 };

const bot = useBot();
const models = () => {
  const { pullRequestStore, projectStore, signalStore, outboxStore, installationStore, repositoryStore } =
    bot.app;
  return {
    records: pullRequestStore.model,
    projects: projectStore.model,
    signals: signalStore.model,
    sequences: outboxStore.sequences,
    installations: installationStore.model,
    repositories: repositoryStore.model,
  };
};
beforeEach(async () => {
  for (const { collection } of Object.values(models())) await collection.deleteMany({});
});

/** Stores a record that last changed at a time, and whose completion came then. */
async function record(branch: string, at: Date, more: Record<string, unknown> = {}) {
  await storeRecord(bot.app, branch, {
    branch,
    project: branch,
    status: "merged",
    updatedAt: at,
    receivedAt: at,
    ...more,
  });
}

async function project(_id: string, updatedAt: Date, more: Record<string, unknown> = {}) {
  const { projects, sequences } = models();
  const stored = {
    status: "merged",
    because: "",
    cleanup: null,
    facts: {},
    createdAt: updatedAt,
    updatedAt,
    ...more,
  };
  await projects.collection.insertOne({ _id, phase: null, revision: 1, ...stored } as never);
  await sequences.create({ _id, last: updatedAt.getTime() });
}

async function branches(): Promise<string[]> {
  return (await models().records.find().sort({ branch: 1 }).lean()).map(({ branch }) => branch);
}

test("records that ended or were refused long ago are removed, and no other ones", async () => {
  await record("merged", LONG_AGO);
  await record("closed", LONG_AGO, { status: "closed" });
  await record("refused", LONG_AGO, { status: "blocked", openedAt: null, updatedAt: daysAgo(1) });
  await record("given-up", LONG_AGO, { status: "failed", openedAt: null });
  const kept = {
    "k-merged-lately": { updatedAt: daysAgo(PULL_REQUEST_DAYS - 1) },
    "k-open": { status: "open" },
    "k-waiting": { status: "queued", openedAt: null },
    "k-refused-lately": { status: "blocked", openedAt: null, receivedAt: daysAgo(1) },
    "k-held": { work: { ...REST, owner: "a process" } },
  };
  for (const [branch, more] of Object.entries(kept)) await record(branch, LONG_AGO, more);
  await runJob(bot.app, "pull-request-retention");
  expect(await branches()).toEqual(Object.keys(kept).toSorted((a, b) => (a < b ? -1 : 1)));
});

test("a record that ended stays as long as another of its project is open, which mentions it", async () => {
  await record("ended", LONG_AGO, { project: "set" });
  await record("open", LONG_AGO, { project: "set", status: "open" });
  await runJob(bot.app, "pull-request-retention");
  expect(await branches()).toEqual(["ended", "open"]);
  await models().records.updateOne({ branch: "open" }, { $set: { status: "closed" } });
  await runJob(bot.app, "pull-request-retention");
  expect(await branches()).toEqual([]);
});

test("those that stay hide none behind them, and of a project with an open one the newest stay that are read", async () => {
  const { records } = models();
  const name = { repository: "octo/hello", status: "merged", openedAt: LONG_AGO, work: REST };
  const many = (count: number, of: string, updatedAt: Date) =>
    Array.from({ length: count }, (_, index) => ({
      ...name,
      project: of,
      key: `${of}-${index}`,
      branch: of,
      updatedAt,
    }));
  await records.collection.insertMany(many(CHANGE_SET_MAX + 200, "busy", LONG_AGO));
  await record("open", LONG_AGO, { project: "busy", status: "open" });
  await records.collection.insertMany(many(700, "over", new Date(LONG_AGO.getTime() + 1)));
  await runJob(bot.app, "pull-request-retention");
  expect(await records.countDocuments({ project: "over" })).toBe(0);
  expect(await records.countDocuments({ project: "busy" })).toBe(CHANGE_SET_MAX);
});

test("a project goes with its last event number, unless it has a record, changed lately or has a clean-up to come", async () => {
  await project("gone", LONG_AGO);
  await project("has-a-record", LONG_AGO);
  await record("open", LONG_AGO, { project: "has-a-record", status: "open" });
  await project("changed-lately", daysAgo(PULL_REQUEST_DAYS - 1));
  await project("cleaned-up-later", LONG_AGO, { cleanup: { dueAt: daysAgo(-1), because: "" } });
  await runJob(bot.app, "pull-request-retention");
  const kept = ["changed-lately", "cleaned-up-later", "has-a-record"];
  expect((await models().projects.find().sort({ _id: 1 }).lean()).map(({ _id }) => _id)).toEqual(kept);
  expect((await models().sequences.find().sort({ _id: 1 }).lean()).map(({ _id }) => _id)).toEqual(kept);
});

test("the number of a project's last event stays if it is not past, so that none comes twice", async () => {
  await project("ahead", LONG_AGO);
  await models().sequences.updateOne({ _id: "ahead" }, { $set: { last: daysAgo(-1).getTime() } });
  await runJob(bot.app, "pull-request-retention");
  expect(await models().projects.findById("ahead")).toBeNull();
  expect(await models().sequences.findById("ahead")).not.toBeNull();
});

test("signals that were handled long ago are removed; those that wait stay, and all others are still known", async () => {
  const { signals } = models();
  const signal = (id: string, days: number, status: StoredSignal["status"]) => ({
    id,
    source: "test",
    type: "orb.workspace.active",
    project: "p",
    door: "http",
    data: {},
    problem: null,
    time: daysAgo(days),
    receivedAt: daysAgo(days),
    status,
    work: REST,
  });
  await signals.collection.insertMany([
    signal("done", SIGNAL_DAYS + 1, "done"),
    signal("dead", SIGNAL_DAYS + 1, "dead"),
    signal("waits", SIGNAL_DAYS + 1, "pending"),
    signal("lately", SIGNAL_DAYS - 1, "done"),
  ] as never);
  await runJob(bot.app, "signal-retention");
  expect((await signals.find().sort({ id: 1 }).lean()).map(({ id }) => id)).toEqual(["lately", "waits"]);
});

test("installations and repositories that the App left long ago are removed", async () => {
  const { installations, repositories } = models();
  const installation = { account: "octo", permissions: {}, suspended: false, toldAt: LONG_AGO };
  await installations.create([
    { ...installation, _id: 1, deleted: true },
    { ...installation, _id: 2, deleted: false },
    { ...installation, _id: 3, deleted: true, toldAt: daysAgo(1) },
  ]);
  await repositories.create([
    { _id: 1, fullName: "octo/left", reachable: false, toldAt: LONG_AGO },
    { _id: 2, fullName: "octo/hello", toldAt: LONG_AGO },
  ]);
  await runJob(bot.app, "installation-retention");
  expect((await installations.find().sort({ _id: 1 }).lean()).map(({ _id }) => _id)).toEqual([2, 3]);
  expect((await repositories.find().lean()).map(({ _id }) => _id)).toEqual([2]);
});

test("each search for what is old uses an index and sorts nothing", async () => {
  const { records, projects, signals, repositories } = models();
  const before = { $lt: new Date() };
  const plans = [
    records
      .find({ status: { $in: ["merged", "closed"] }, "work.owner": null, updatedAt: before })
      .sort({ updatedAt: 1, _id: 1 }),
    records
      .find({ status: { $in: ["blocked", "failed"] }, openedAt: null, receivedAt: before })
      .sort({ receivedAt: 1, _id: 1 }),
    projects.find({ updatedAt: before }).sort({ updatedAt: 1, _id: 1 }),
    signals.find({ status: { $in: ["done", "dead"] }, receivedAt: before }).sort({ receivedAt: 1, _id: 1 }),
    repositories.find({ reachable: false, toldAt: before }).sort({ toldAt: 1, _id: 1 }),
  ];
  for (const plan of plans) {
    const explained = JSON.stringify(await plan.limit(500).explain("queryPlanner"));
    const winning = /"winningPlan":(.*?)"rejectedPlans"/.exec(explained)?.[1];
    expect(winning).toContain("IXSCAN");
    expect(winning).not.toMatch(/"COLLSCAN"|"SORT"/);
  }
});
