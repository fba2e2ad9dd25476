import { beforeEach, describe, expect, test } from "../../support/testing.ts";
import { Database } from "../../../src/mongo/database.ts";
import {
  StoredHeartbeat,
  type StoredWorker,
  WORKERS_COLLECTION,
} from "../../../src/mongo/queue/heartbeat.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { signalQueue } from "../../../src/signals/signal-work.ts";
import { SignalStore } from "../../../src/signals/store.ts";
import { SignalTelemetry } from "../../../src/telemetry/signals.ts";
import { useDatabase } from "../../support/database.ts";
import { eventually } from "../../support/eventually.ts";
import { cutOffFrom } from "../../support/servers/cut-off.ts";
import { projectCreated } from "../../support/signals.ts";
import { testWorker } from "../../support/worker.ts";

const LEASE_MS = 300;
interface QueueOptions {
  readonly database?: Database;
  readonly leaseMs?: number;
  readonly now?: () => Date;
}

const START = new Date("2126-01-05T09:00:00Z");

let signals: SignalStore;
const own = useDatabase(({ database }) => {
  signals = new SignalStore(database);
});

beforeEach(async () => {
  await signals.model.deleteMany({});
});

/** `null` before the first beat. */
async function aliveUntil(owner: string): Promise<number | null> {
  const workers = own.database.native.collection<StoredWorker>(WORKERS_COLLECTION);
  return (await workers.findOne({ _id: owner }))?.aliveUntil.getTime() ?? null;
}

describe("the heartbeat of a process", () => {
  test("goes on after a beat that MongoDB did not store, and what it holds stays its own", async () => {
    await using mongo = await cutOffFrom(own.stores.mongodbUri);
    const database = await Database.connect(mongo.mongodbUri);
    let now = START;
    let failures = 0;
    const onError = () => void failures++;
    const heartbeat = new StoredHeartbeat(database, {
      owner: "cut-off",
      leaseMs: LEASE_MS,
      now: () => now,
      onError,
    });
    const hold = await heartbeat.hold();
    mongo.refuse();
    await eventually("a failed beat", () => failures > 0);
    now = new Date(START.getTime() + LEASE_MS / 2);
    mongo.heal();
    await eventually("another beat", async () => (await aliveUntil("cut-off")) === now.getTime() + LEASE_MS);
    expect(hold.isHeld()).toBe(true);
    heartbeat.stop();
    await database.close();
  });

  test("goes on over another connection after one that went silent in the middle of a beat", async () => {
    await using mongo = await cutOffFrom(own.stores.mongodbUri);
    const database = await Database.connect(mongo.mongodbUri);
    const failures: unknown[] = [];
    const leaseMs = 3_000;
    const heartbeat = new StoredHeartbeat(database, {
      owner: "over-silence",
      leaseMs,
      now: () => START,
      onError: (error) => failures.push(error),
    });
    const hold = await heartbeat.hold();
    await own.database.native.collection<StoredWorker>(WORKERS_COLLECTION).deleteOne({ _id: "over-silence" });
    mongo.forget();
    await eventually("another beat", async () => (await aliveUntil("over-silence")) !== null);
    expect(failures[0]).toMatchObject({ code: "mongodb_unavailable" });
    expect(hold.isHeld()).toBe(true);
    heartbeat.stop();
    await database.close();
  });

  test("that the others could not see for a lease does not bring back what it held", async () => {
    let now = START;
    const heartbeat = new StoredHeartbeat(own.database, {
      owner: "asleep",
      leaseMs: LEASE_MS,
      now: () => now,
      onError: console.error,
    });
    const hold = await heartbeat.hold();
    now = new Date(START.getTime() + LEASE_MS);
    await eventually("a beat", async () => (await aliveUntil("asleep")) === now.getTime() + LEASE_MS);
    expect(hold.isHeld()).toBe(false);
    expect((await heartbeat.hold()).isHeld()).toBe(true);
    heartbeat.stop();
  });

  test("ends while it holds nothing", async () => {
    const worker = testWorker(own.database, { owner: "idle", leaseMs: LEASE_MS });
    (await worker.heartbeat.hold())[Symbol.dispose]();
    const until = await eventually("a beat", () => aliveUntil("idle"));
    await eventually("its end", () => worker.now().getTime() > until);
    expect(await aliveUntil("idle")).toBe(until);
  });
});

describe("a signal in a slow transaction", () => {
  let handled: string[];
  let slowly: PromiseWithResolvers<void>;

  beforeEach(async () => {
    [handled, slowly] = [[], Promise.withResolvers<void>()];
    await signals.model.deleteMany({});
    const now = own.database.clock.now();
    await signals.insertNew([parseSignal(projectCreated("innocent"), now)], { door: "http", now });
  });

  function queueOf(
    owner: string,
    { database = own.database, leaseMs = LEASE_MS, now = database.clock.now }: QueueOptions = {},
  ) {
    const log = createLogger({ level: "silent", format: "json" });
    return signalQueue({
      store: new SignalStore(database),
      database,
      telemetry: new SignalTelemetry({ log, metrics: new Metrics() }),
      worker: testWorker(database, { owner, leaseMs, now }),
      handle: async () => {
        handled.push(owner);
        // Another process that takes it must not wait for the end of the test.
        if (handled.length === 1) await slowly.promise;
        return () => {};
      },
    });
  }

  test("is left to its process, and is done once", async () => {
    // Time passes only after a beat: a machine that is too busy for one does not end the lease.
    let nowMs = own.database.clock.now().getTime();
    const now = () => new Date(nowMs);
    const running = queueOf("slow", { now }).runOne();
    const others = ["second", "third", "fourth"].map((owner) => queueOf(owner, { now }));
    for (let halves = 0; halves < 8; halves++) {
      await eventually("a beat", async () => (await aliveUntil("slow")) === nowMs + LEASE_MS);
      for (const other of others) expect(await other.takeOverOne()).toBe(false);
      nowMs += LEASE_MS / 2;
    }
    slowly.resolve();
    await running;
    expect(handled).toEqual(["slow"]);
    expect(await signals.model.findOne().lean()).toMatchObject({ status: "done", work: { crashed: [] } });
  });

  test("is left to it too if MongoDB could not be reached for longer than a lease", async () => {
    await using mongo = await cutOffFrom(own.stores.mongodbUri);
    const database = await Database.connect(mongo.mongodbUri);
    // Time passes only where the test says so, but the doubt about other processes ends by itself: half a lease is enough for
    // a beat on a busy machine.
    const leaseMs = 6_000;
    let nowMs = own.database.clock.now().getTime();
    const now = () => new Date(nowMs);
    const [living, other] = ["living", "other"].map((owner) => queueOf(owner, { database, leaseMs, now }));
    const running = living?.runOne().catch(() => {});
    await eventually("its transaction", () => handled.length > 0);
    mongo.refuse();
    nowMs += leaseMs;
    await expect(other?.nextDueAt()).rejects.toThrow();
    mongo.heal();
    await eventually("another beat", async () => {
      expect(await other?.takeOverOne().catch(() => false)).toBe(false);
      return Number(await aliveUntil("living")) > nowMs;
    });
    expect(await other?.takeOverOne()).toBe(false);
    slowly.resolve();
    await running;
    await database.close();
  });
});
