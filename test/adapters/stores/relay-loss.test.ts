import { afterAll, beforeAll, beforeEach, expect, test } from "@jest/globals";
import { Redis } from "ioredis";
import { Database } from "../../../src/mongo/database.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { Relay } from "../../../src/outbox/relay.ts";
import { OutboxStore } from "../../../src/outbox/store.ts";
import { RelayLease } from "../../../src/outbox/relay-lease-store.ts";
import { OutboxTelemetry } from "../../../src/telemetry/outbox.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const TURN_MS = 10_000;
/** Longer than the relay goes without looking whether Redis has what it was given. */
const LATER_MS = 60_000;
const STREAM = "orb:events";

let stores: Stores;
let database: Database;
let redis: Redis;
let outbox: OutboxStore;
let turns: RelayLease;
let relay: Relay;
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
  told.clear();
  now = new Date("2126-01-05T09:00:00Z");
  await Promise.all([
    outbox.model.deleteMany({}),
    outbox.sequences.deleteMany({}),
    turns.model.deleteMany({}),
    redis.del(STREAM),
  ]);
  const telemetry = new OutboxTelemetry({
    log: createLogger({ level: "silent", format: "json" }),
    metrics: new Metrics(),
  });
  relay = new Relay({
    store: outbox,
    turns,
    owner: "a",
    turnMs: TURN_MS,
    redis,
    telemetry,
    now: () => now,
  });
});

/** How many events each project has. */
const told = new Map<string, number>();

async function tell(project: string, count = 1): Promise<void> {
  for (let index = 0; index < count; index++) {
    const nth = (told.get(project) ?? 0) + 1;
    told.set(project, nth);
    await database.transaction(async (transaction) => {
      const data = { status: "created", phase: null, because: `${nth}` };
      await outbox.append(project, { type: "orb.project.updated", data }, { time: now, transaction });
    });
  }
}

async function relayAll(): Promise<void> {
  while (await relay.relayBatch());
}

/** As `project/nth`. */
async function inStream(): Promise<string[]> {
  const entries = await redis.xrange(STREAM, "-", "+");
  return entries.map(([, fields]) => {
    const event = JSON.parse(fields[1] ?? "null") as { subject: string; data: { because: string } };
    return `${event.subject}/${event.data.because}`;
  });
}

test("what Redis lost with all its data is relayed anew, in order and before what is new", async () => {
  await tell("lost", 3);
  await relayAll();
  await redis.flushdb();
  await tell("lost");
  await relayAll();
  expect(await inStream()).toEqual(["lost/1", "lost/2", "lost/3", "lost/4"]);
});

test("it is noticed though nothing new is told", async () => {
  await tell("silent", 2);
  await relayAll();
  await redis.flushdb();
  now = new Date(now.getTime() + LATER_MS);
  await relayAll();
  expect(await inStream()).toEqual(["silent/1", "silent/2"]);
});

test("a consumer that made the stream anew before the bot came back misses nothing", async () => {
  await tell("early", 2);
  await relayAll();
  await redis.flushdb();
  await redis.xgroup("CREATE", STREAM, "reader", "0", "MKSTREAM");
  await tell("early");
  await relayAll();
  expect(await inStream()).toEqual(["early/1", "early/2", "early/3"]);
});

test("where Redis lost only the last of it, only that comes again", async () => {
  await tell("kept", 2);
  await relayAll();
  const saved = await redis.dumpBuffer(STREAM);
  await tell("gone", 2);
  await relayAll();
  await redis.restore(STREAM, 0, saved, "REPLACE");
  await tell("new");
  await relayAll();
  const ids = await inStream();
  expect(ids.slice(0, 2)).toEqual(["kept/1", "kept/2"]);
  expect(ids.slice(2).sort()).toEqual(["gone/1", "gone/2", "new/1"]);
});

test("a stream whose entries were read and deleted, or trimmed, has lost nothing", async () => {
  await tell("read", 2);
  await relayAll();
  await redis.xtrim(STREAM, "MAXLEN", 0);
  now = new Date(now.getTime() + LATER_MS);
  await tell("read");
  await relayAll();
  expect(await inStream()).toEqual(["read/3"]);
});

test("no more comes again than a stream holds, the newest", async () => {
  for (let nth = 1; nth <= 6; nth++) {
    await tell("many");
    await relayAll();
  }
  expect(await outbox.forgetRelayed({ after: "", newestMax: 2 })).toBe(2);
  expect(await outbox.unrelayed(10)).toMatchObject([{ data: { because: "5" } }, { data: { because: "6" } }]);
  expect(await outbox.reached()).toBe("");
});
