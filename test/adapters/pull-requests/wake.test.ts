import { afterAll, beforeAll, describe, expect, test } from "@jest/globals";
import { Database } from "../../../src/mongo/database.ts";
import { FIELDS, newRecord } from "../../../src/pull-requests/record/fields.ts";
import { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { freshStores } from "../../support/servers/stores.ts";
import { storeRecord } from "../../support/stored-record.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const LATER = new Date(NOW.getTime() + 60_000);
const SPREAD_MS = 10 * 60_000;
const QUARANTINED = { code: "pull_request_crashed", reason: "Three died of it.", remedy: "Retry." };

let stores: Awaited<ReturnType<typeof freshStores>>;
let database: Database;
let store: PullRequestStore;

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  store = new PullRequestStore(database);
});

afterAll(async () => {
  await database.close();
  await stores[Symbol.asyncDispose]();
});

async function stored(project: string, more: Record<string, unknown> = {}) {
  await storeRecord({ pullRequestStore: store }, project, more);
  return async () => store.model.findOne({ project }).lean();
}

async function nudge(branch: string) {
  await database.transaction((transaction) =>
    store.nudge({ repository: "Octo/Hello", branch }, { now: NOW, transaction }),
  );
}

function work(more: Record<string, unknown>) {
  return { work: { dueAt: null, owner: null, epoch: 0, attempts: 0, crashes: 0, ...more } };
}

test("a new record is read as it was made, with every field", async () => {
  const name = { project: "new", repository: "octo/hello", branch: "agent/new" };
  const completion = { ...name, base: "main", summary: "" };
  const told = { ...name, key: "new", completion, completedAt: NOW, completionKey: "key", receivedAt: NOW };
  const record = { ...newRecord(NOW), ...told };
  expect(Object.keys(record).toSorted()).toEqual([...Object.keys(FIELDS), "work"].toSorted());
  await database.transaction((transaction) => store.insert(record, transaction));
  const { _id, ...read } = (await store.findByKey("new")) ?? {};
  expect(read).toEqual(record);
});

describe("a nudge", () => {
  test("sets one that rests in motion, and counts for whoever is at it", async () => {
    const record = await stored("rests");
    await nudge("agent/rests");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: NOW } });
  });

  test("waits where it was just looked at, or waits for its next attempt; and does not put off a look that comes sooner", async () => {
    const record = await stored("just-looked-at", { notBefore: LATER });
    await nudge("agent/just-looked-at");
    expect(await record()).toMatchObject({ work: { dueAt: LATER } });
    const sooner = await stored("sooner", work({ dueAt: NOW }));
    await store.model.updateOne({ project: "sooner" }, { $set: { notBefore: LATER } });
    await nudge("agent/sooner");
    expect(await sooner()).toMatchObject({ work: { dueAt: NOW } });
  });

  test("is counted and no more where the record is set aside, for a look may kill again", async () => {
    const record = await stored("aside", { problem: QUARANTINED });
    await nudge("agent/aside");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: null } });
  });

  test("leaves a lease as it is", async () => {
    const record = await stored("leased", work({ dueAt: LATER, owner: "somebody" }));
    await nudge("agent/leased");
    expect(await record()).toMatchObject({ nudges: 1, work: { dueAt: LATER, owner: "somebody" } });
  });
});

test("what stands open and rests is woken, spread over some minutes; what is over, waits or is set aside is left alone", async () => {
  await store.model.deleteMany({});
  const forgotten = await Promise.all(["one", "two", "three"].map((project) => stored(project)));
  const over = await stored("over", { status: "merged" });
  const waits = await stored("waits", work({ dueAt: LATER }));
  const aside = await stored("aside", { problem: QUARANTINED });
  expect(await store.wakeForgotten({ now: NOW })).toBe(3);
  for (const record of forgotten) {
    const { dueAt } = (await record())?.work ?? {};
    expect(dueAt?.getTime()).toBeGreaterThanOrEqual(NOW.getTime());
    expect(dueAt?.getTime()).toBeLessThanOrEqual(NOW.getTime() + SPREAD_MS);
  }
  expect(await over()).toMatchObject({ work: { dueAt: null } });
  expect(await waits()).toMatchObject({ work: { dueAt: LATER } });
  expect(await aside()).toMatchObject({ work: { dueAt: null } });
  expect(await store.wakeForgotten({ now: NOW })).toBe(0);
});
