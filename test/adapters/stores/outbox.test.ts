import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { Database } from "../../../src/mongo/database.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Relay } from "../../../src/outbox/relay.ts";
import { OutboxStore } from "../../../src/outbox/store.ts";
import { RelayLease } from "../../../src/outbox/relay-lease-store.ts";
import { OutboxTelemetry } from "../../../src/telemetry/outbox.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const TURN_MS = 10_000;
const START = new Date("2126-01-05T09:00:00Z");

let stores: Stores;
let database: Database;
let redis: Redis;
let outbox: OutboxStore;
let turns: RelayLease;
let now: Date;

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  redis = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  outbox = new OutboxStore(database, { relayed: true });
  turns = new RelayLease(database);
  await database.createIndexes();
});

afterAll(async () => {
  redis.disconnect();
  await database.close();
  await stores[Symbol.asyncDispose]();
});

beforeEach(async () => {
  now = START;
  await Promise.all([outbox.model.deleteMany({}), turns.model.deleteMany({}), redis.del("orb:events")]);
});

function relayOf(owner: string): Relay {
  const telemetry = new OutboxTelemetry({
    log: createLogger({ level: "silent", format: "json" }),
    metrics: new Metrics(),
  });
  return new Relay({ store: outbox, turns, owner, turnMs: TURN_MS, redis, telemetry, now: () => now });
}

async function append(project: string, because: string): Promise<void> {
  await database.transaction(async (transaction) => {
    const data = { status: "created", phase: null, because };
    await outbox.append(project, { type: "orb.project.updated", data }, { time: now, transaction });
  });
}

function numbersFrom(time: Date, count: number): number[] {
  return Array.from({ length: count }, (_, index) => time.getTime() + index);
}

async function stream(): Promise<{ id: string; seq: number; subject: string; data: { because: string } }[]> {
  const entries = await redis.xrange("orb:events", "-", "+");
  return entries.map(([, fields]) => JSON.parse(fields[1] ?? "null"));
}

test("events of one project that are told at the same time have each a number of its own", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => append("busy", `change ${index}`)));
  const events = await outbox.model.find({ project: "busy" }).sort({ seq: 1 }).lean();
  expect(events.map(({ seq }) => seq)).toEqual(numbersFrom(START, 20));
});

test("what is told after the database was lost, or is an old copy, is numbered above all that was told before", async () => {
  for (let index = 0; index < 50; index++) await append("lost", `before ${index}`);
  const [last] = await outbox.model.find({ project: "lost" }).sort({ seq: -1 }).limit(1).lean();
  await Promise.all([outbox.model.deleteMany({}), outbox.sequences.deleteMany({})]);
  now = new Date(START.getTime() + 60_000);
  await append("lost", "after");
  const [event] = await outbox.model.find({ project: "lost" }).lean();
  expect(event?.seq).toBeGreaterThan(last?.seq ?? Infinity);
});

test("a clock that goes back numbers nothing twice", async () => {
  await append("clock", "first");
  now = new Date(START.getTime() - 3_600_000);
  await append("clock", "second");
  const events = await outbox.model.find({ project: "clock" }).sort({ seq: 1 }).lean();
  expect(events.map(({ data }) => (data as { because: string }).because)).toEqual(["first", "second"]);
});

test("an event of a transaction that fails was never told", async () => {
  const failed = database.transaction(async (transaction) => {
    const data = { status: "created", phase: null, because: "never" };
    await outbox.append("undone", { type: "orb.project.updated", data }, { time: now, transaction });
    throw new Error("and then it failed");
  });
  await expect(failed).rejects.toThrow("and then it failed");
  await append("undone", "this one was");
  await relayOf("a").relayBatch();
  expect((await stream()).map(({ seq, data }) => [seq, data.because])).toEqual([
    [START.getTime(), "this one was"],
  ]);
});

test("events come in order per project, however many there are", async () => {
  for (let index = 1; index <= 130; index++) await append("long", `${index}`);
  for (let index = 1; index <= 130; index++) await append("other", `${index}`);
  while (await relayOf("a").relayBatch());
  for (const project of ["long", "other"]) {
    const seqs = (await stream()).filter(({ subject }) => subject === project).map(({ seq }) => seq);
    expect(seqs).toEqual(numbersFrom(START, 130));
  }
});

test("what was relayed and not marked comes again under the same id", async () => {
  await append("twice", "once");
  await relayOf("a").relayBatch();
  await outbox.model.updateMany({}, { $set: { relayedAt: null } });
  await relayOf("a").relayBatch();
  const [first, second] = await stream();
  expect(first).toMatchObject({ id: `twice/${START.getTime()}`, seq: START.getTime() });
  expect(second).toEqual(first);
});

test("one process relays at a time, and another goes on where it stops or dies", async () => {
  await append("turns", "first");
  expect(await relayOf("a").relayBatch()).toBe(true);
  await append("turns", "second");
  expect(await relayOf("b").relayBatch()).toBe(false);
  now = new Date(START.getTime() + TURN_MS);
  expect(await relayOf("b").relayBatch()).toBe(true);
  await append("turns", "third");
  await relayOf("b").giveBackTurn();
  expect(await relayOf("a").relayBatch()).toBe(true);
  expect((await stream()).map(({ data }) => data.because)).toEqual(["first", "second", "third"]);
});

test("where there is no Redis to relay to, nothing is kept waiting for it", async () => {
  const alone = new OutboxStore(database, { relayed: false });
  await database.transaction(async (transaction) => {
    const data = { status: "created", phase: null, because: "alone" };
    await alone.append("alone", { type: "orb.project.updated", data }, { time: now, transaction });
  });
  expect(await alone.hasUnrelayed()).toBe(false);
});
