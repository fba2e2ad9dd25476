import { afterAll, beforeEach, describe, expect, test } from "../../support/testing.ts";
import { Redis } from "ioredis";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Relay } from "../../../src/outbox/relay.ts";
import { OutboxStore } from "../../../src/outbox/store.ts";
import { RelayLease } from "../../../src/outbox/relay-lease-store.ts";
import { OutboxTelemetry } from "../../../src/telemetry/outbox.ts";
import { useDatabase } from "../../support/database.ts";

const TURN_MS = 10_000;
/** Longer than the relay waits between two checks that Redis still has the events. */
const LATER_MS = 60_000;
const START = new Date("2126-01-05T09:00:00Z");
const STREAM = "orb:events";

let redis: Redis;
let outbox: OutboxStore;
let turns: RelayLease;
let now: Date;

const own = useDatabase(({ stores, database }) => {
  redis = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  outbox = new OutboxStore(database, { relayed: true });
  turns = new RelayLease(database);
});

afterAll(() => redis.disconnect());

beforeEach(async () => {
  now = START;
  await Promise.all([
    outbox.model.deleteMany({}),
    outbox.sequences.deleteMany({}),
    turns.model.deleteMany({}),
    redis.del(STREAM),
  ]);
});

function relayOf(owner: string): Relay {
  const telemetry = new OutboxTelemetry({
    log: createLogger({ level: "silent", format: "json" }),
    metrics: new Metrics(),
  });
  return new Relay({ store: outbox, turns, owner, turnMs: TURN_MS, redis, telemetry, now: () => now });
}

async function append(project: string, because: string): Promise<void> {
  await own.database.transaction(async (transaction) => {
    const data = { status: "created", phase: null, because };
    await outbox.append(project, { type: "orb.project.updated", data }, { time: now, transaction });
  });
}

function numbersFrom(time: Date, count: number): number[] {
  return Array.from({ length: count }, (_, index) => time.getTime() + index);
}

async function stream(): Promise<{ id: string; seq: number; subject: string; data: { because: string } }[]> {
  const entries = await redis.xrange(STREAM, "-", "+");
  return entries.map(([, fields]) => JSON.parse(fields[1] ?? "null"));
}

test("events of one project that are stored at the same time each have a number of their own", async () => {
  await Promise.all(Array.from({ length: 20 }, (_, index) => append("busy", `change ${index}`)));
  const events = await outbox.model.find({ project: "busy" }).sort({ seq: 1 }).lean();
  expect(events.map(({ seq }) => seq)).toEqual(numbersFrom(START, 20));
});

test("after the database was lost or restored from an old copy, new events have higher numbers than all before", async () => {
  for (let index = 0; index < 50; index++) await append("lost", `before ${index}`);
  const [last] = await outbox.model.find({ project: "lost" }).sort({ seq: -1 }).limit(1).lean();
  await Promise.all([outbox.model.deleteMany({}), outbox.sequences.deleteMany({})]);
  now = new Date(START.getTime() + 60_000);
  await append("lost", "after");
  const [event] = await outbox.model.find({ project: "lost" }).lean();
  expect(event?.seq).toBeGreaterThan(last?.seq ?? Infinity);
});

test("a clock that is set back does not repeat a number", async () => {
  await append("clock", "first");
  now = new Date(START.getTime() - 3_600_000);
  await append("clock", "second");
  const events = await outbox.model.find({ project: "clock" }).sort({ seq: 1 }).lean();
  expect(events.map(({ data }) => (data as { because: string }).because)).toEqual(["first", "second"]);
});

test("an event has no secrets, even if something unseen splits them", async () => {
  const token = `ghp_${"a1".repeat(18)}`;
  await append("secret", `cancelled: ${token.slice(0, 9)}\u200b${token.slice(9)}, DB_PASSWORD=hunter2`);
  await relayOf("a").relayBatch();
  expect((await stream()).map(({ data }) => data.because)).toEqual([
    "cancelled: [token removed], DB_PASSWORD=[password removed]",
  ]);
});

test("an event of a failed transaction is not relayed", async () => {
  const failed = own.database.transaction(async (transaction) => {
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

test("each project's events are relayed in order, however many there are", async () => {
  for (let index = 1; index <= 130; index++) await append("long", `${index}`);
  for (let index = 1; index <= 130; index++) await append("other", `${index}`);
  while (await relayOf("a").relayBatch());
  for (const project of ["long", "other"]) {
    const seqs = (await stream()).filter(({ subject }) => subject === project).map(({ seq }) => seq);
    expect(seqs).toEqual(numbersFrom(START, 130));
  }
});

test("an event that was relayed but not marked is relayed again under the same id", async () => {
  await append("twice", "once");
  await relayOf("a").relayBatch();
  await outbox.model.updateMany({}, { $set: { relayedAt: null } });
  await relayOf("a").relayBatch();
  const [first, second] = await stream();
  expect(first).toMatchObject({ id: `twice/${START.getTime()}`, seq: START.getTime() });
  expect(second).toEqual(first);
});

test("one process relays at a time, and another continues after it stops or dies", async () => {
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

test("a turn that a wrong clock has taken for a year has ended", async () => {
  await append("turns", "waiting");
  now = new Date(START.getTime() + 365 * 24 * 3_600_000);
  await relayOf("ahead").relayBatch();
  now = START;
  await append("turns", "next");
  expect((await relayOf("right").nextCheckAt()).getTime()).toBeLessThanOrEqual(now.getTime());
  expect(await relayOf("right").relayBatch()).toBe(true);
  expect((await stream()).map(({ data }) => data.because)).toEqual(["waiting", "next"]);
});

test("without Redis no event waits to be relayed", async () => {
  const alone = new OutboxStore(own.database, { relayed: false });
  await own.database.transaction(async (transaction) => {
    const data = { status: "created", phase: null, because: "alone" };
    await alone.append("alone", { type: "orb.project.updated", data }, { time: now, transaction });
  });
  expect(await alone.hasUnrelayed()).toBe(false);
});

describe("when Redis loses events, the relay", () => {
  /** How many events each project has. */
  const counts = new Map<string, number>();
  let relay: Relay;

  beforeEach(() => {
    counts.clear();
    relay = relayOf("a");
  });

  async function publish(project: string, count = 1): Promise<void> {
    for (let index = 0; index < count; index++) {
      const nth = (counts.get(project) ?? 0) + 1;
      counts.set(project, nth);
      await append(project, `${nth}`);
    }
  }

  async function relayAll(): Promise<void> {
    while (await relay.relayBatch());
  }

  /** The events in the stream, each as `project/nth`. */
  async function inStream(): Promise<string[]> {
    return (await stream()).map(({ subject, data }) => `${subject}/${data.because}`);
  }

  test("relays all of them again if all data was lost, in order and before new ones", async () => {
    await publish("lost", 3);
    await relayAll();
    await redis.flushdb();
    await publish("lost");
    await relayAll();
    expect(await inStream()).toEqual(["lost/1", "lost/2", "lost/3", "lost/4"]);
  });

  test("notices it even if there is no new event", async () => {
    await publish("silent", 2);
    await relayAll();
    await redis.flushdb();
    now = new Date(now.getTime() + LATER_MS);
    await relayAll();
    expect(await inStream()).toEqual(["silent/1", "silent/2"]);
  });

  test("relays all of them even if a consumer has created the stream again", async () => {
    await publish("early", 2);
    await relayAll();
    await redis.flushdb();
    await redis.xgroup("CREATE", STREAM, "reader", "0", "MKSTREAM");
    await publish("early");
    await relayAll();
    expect(await inStream()).toEqual(["early/1", "early/2", "early/3"]);
  });

  test("relays only the last ones again if only those were lost", async () => {
    await publish("kept", 2);
    await relayAll();
    const saved = await redis.dumpBuffer(STREAM);
    await publish("gone", 2);
    await relayAll();
    await redis.restore(STREAM, 0, saved, "REPLACE");
    await publish("new");
    await relayAll();
    const ids = await inStream();
    expect(ids.slice(0, 2)).toEqual(["kept/1", "kept/2"]);
    expect(ids.slice(2).sort()).toEqual(["gone/1", "gone/2", "new/1"]);
  });

  test("does not take a stream for lost whose entries were deleted or trimmed", async () => {
    await publish("read", 2);
    await relayAll();
    await redis.xtrim(STREAM, "MAXLEN", 0);
    now = new Date(now.getTime() + LATER_MS);
    await publish("read");
    await relayAll();
    expect(await inStream()).toEqual(["read/3"]);
  });

  test("relays only the newest again, as many as a stream holds", async () => {
    for (let nth = 1; nth <= 6; nth++) {
      await publish("many");
      await relayAll();
    }
    expect(await outbox.forgetRelayed({ after: "", newestMax: 2 })).toBe(2);
    expect(await outbox.unrelayed(10)).toMatchObject([
      { data: { because: "5" } },
      { data: { because: "6" } },
    ]);
    expect(await outbox.reached()).toBe("");
  });
});
