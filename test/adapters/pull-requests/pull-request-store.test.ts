import { describe, expect, test } from "../../support/testing.ts";
import { FIELDS, newRecord } from "../../../src/pull-requests/record/fields.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { useDatabase } from "../../support/database.ts";
import { storeRecord } from "../../support/stored-record.ts";
import { completion } from "../../support/signals.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const LATER = new Date(NOW.getTime() + 60_000);
const SPREAD_MS = 10 * 60_000;
const QUARANTINED = { code: "pull_request_crashed", reason: "It crashed three processes.", remedy: "Retry." };

let store: PullRequestStore;
const own = useDatabase(({ database }) => {
  store = new PullRequestStore(database);
});

async function stored(project: string, more: Record<string, unknown> = {}) {
  await storeRecord({ pullRequestStore: store }, project, more);
  return async () => store.model.findOne({ project }).lean();
}

async function nudge(branch: string) {
  await own.database.transaction((transaction) =>
    store.nudge({ repository: "Octo/Hello", branch }, { now: NOW, transaction }),
  );
}

function work(more: Record<string, unknown>) {
  return { work: { dueAt: null, owner: null, epoch: 0, attempts: 0, crashes: 0, ...more } };
}

test("a new record is read as it was written, with every field", async () => {
  const name = { project: "new", repository: "octo/hello", branch: "agent/new" };
  const completion = { ...name, base: "main", summary: "" };
  const given = { ...name, key: "new", completion, completedAt: NOW, completionKey: "key", receivedAt: NOW };
  const record = { ...newRecord(NOW), ...given };
  expect(Object.keys(record).toSorted()).toEqual([...Object.keys(FIELDS), "work"].toSorted());
  await own.database.transaction((transaction) => store.insert(record, transaction));
  const { _id, ...read } = (await store.findByKey("new")) ?? {};
  expect(read).toEqual(record);
});

describe("a nudge", () => {
  test("makes the next look at a resting record due now, and is counted", async () => {
    const record = await stored("rests");
    await nudge("agent/rests");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: NOW } });
  });

  test("waits until the earliest time for another look, and does not delay a look that is due sooner", async () => {
    const record = await stored("just-looked-at", { notBefore: LATER });
    await nudge("agent/just-looked-at");
    expect(await record()).toMatchObject({ work: { dueAt: LATER } });
    const sooner = await stored("sooner", work({ dueAt: NOW }));
    await store.model.updateOne({ project: "sooner" }, { $set: { notBefore: LATER } });
    await nudge("agent/sooner");
    expect(await sooner()).toMatchObject({ work: { dueAt: NOW } });
  });

  test("is only counted if the record is quarantined, because a look may crash the process again", async () => {
    const record = await stored("quarantined", { problem: QUARANTINED });
    await nudge("agent/quarantined");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: null } });
  });

  test("does not change a lease", async () => {
    const record = await stored("leased", work({ dueAt: LATER, owner: "somebody" }));
    await nudge("agent/leased");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: LATER, owner: "somebody" } });
  });
});

test("looks at resting open pull requests become due over some minutes; merged, waiting and quarantined ones are left alone", async () => {
  await store.model.deleteMany({});
  const forgotten = await Promise.all(["one", "two", "three"].map((project) => stored(project)));
  const merged = await stored("merged", { status: "merged" });
  const waiting = await stored("waiting", work({ dueAt: LATER }));
  const quarantined = await stored("quarantined", { problem: QUARANTINED });
  expect(await store.wakeForgotten({ now: NOW })).toBe(3);
  for (const record of forgotten) {
    const { dueAt } = (await record())?.work ?? {};
    expect(dueAt?.getTime()).toBeGreaterThanOrEqual(NOW.getTime());
    expect(dueAt?.getTime()).toBeLessThanOrEqual(NOW.getTime() + SPREAD_MS);
  }
  expect(await merged()).toMatchObject({ work: { dueAt: null } });
  expect(await waiting()).toMatchObject({ work: { dueAt: LATER } });
  expect(await quarantined()).toMatchObject({ work: { dueAt: null } });
  expect(await store.wakeForgotten({ now: NOW })).toBe(0);
});

const START = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;

function record(index: number, status: string, more: Record<string, unknown> = {}) {
  const at = new Date(START + index * MINUTE_MS);
  const name = { project: `p-${index}`, repository: index % 2 ? "octo/hello" : "Octo/Hello", branch: "b" };
  return {
    ...newRecord(at),
    ...name,
    key: JSON.stringify(name),
    status,
    completion: completion(name.project, { requestedBy: "tom" }).data,
    completedAt: at,
    completionKey: "key",
    receivedAt: at,
    ...more,
  };
}

test("a repository's queue has those that wait and the latest open ones, however many there are", async () => {
  await store.model.deleteMany({});
  await store.model.collection.insertMany([
    ...Array.from({ length: 2_500 }, (_, index) =>
      record(index, "open", { pullRequest: { number: index + 1 } }),
    ),
    record(2_500, "queued", { work: { owner: null }, problem: { code: "on_hold" } }),
    record(2_501, "queued", { work: { owner: "somebody" }, problem: { code: "on_hold" } }),
    record(2_502, "blocked", { work: { owner: null } }),
  ] as never[]);
  const queue = await store.queueIn("octo/hello", { except: null });
  expect(queue.filter(({ number }) => number === null).map(({ held }) => held)).toEqual([true, false]);
  expect(queue.map(({ number }) => number)).toContain(2_500);
  expect(queue.map(({ number }) => number)).not.toContain(1);
  expect(queue[0]?.requestedBy).toBe("tom");
});
