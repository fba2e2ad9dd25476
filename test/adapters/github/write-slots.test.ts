import { afterAll, beforeAll, describe, expect, test } from "../../support/testing.ts";
import { Redis } from "ioredis";
import { OwnWriteSlots, type WriteSlots } from "../../../src/github/wire/write-slots.ts";
import { SharedWriteSlots } from "../../../src/github/wire/shared-write-slots.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { GitHubTelemetry } from "../../../src/telemetry/github.ts";
import { PACE } from "../../../src/work/pace.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const START_MS = Date.parse("2026-01-05T09:00:00Z");
const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

let stores: Stores;
let redis: Redis;

beforeAll(async () => {
  stores = await freshStores();
  redis = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
});

afterAll(async () => {
  redis.disconnect();
  await stores[Symbol.asyncDispose]();
});

function sharedBy(client: Redis): SharedWriteSlots {
  const log = createLogger({ level: "silent", format: "json" });
  return new SharedWriteSlots({
    redis: client,
    telemetry: new GitHubTelemetry({ log, metrics: new Metrics() }),
    pace: PACE,
  });
}

async function takeAll(slots: WriteSlots, who: string, count: number, nowMs: number) {
  return Promise.all(Array.from({ length: count }, () => slots.take(who, nowMs, MINUTE_MS)));
}

/** How many slots begin at which time, in milliseconds from the start; `later` counts those that were not taken. */
function begins(taken: readonly { atMs: number; taken: boolean }[]) {
  const counted = new Map<number | "later", number>();
  for (const { atMs, taken: kept } of taken) {
    const key = kept ? atMs - START_MS : "later";
    counted.set(key, (counted.get(key) ?? 0) + 1);
  }
  return Object.fromEntries(counted);
}

describe.each([
  ["of one process", () => new OwnWriteSlots(PACE)],
  ["that processes share", () => sharedBy(redis)],
])("the count %s", (how, count) => {
  test("gives 80 slots a minute, the next 80 a minute later, and no more to those that wait a minute at most", async () => {
    const slots = count();
    const minute = await takeAll(slots, `${how} minute`, 170, START_MS);
    expect(begins(minute)).toEqual({ 0: 80, [MINUTE_MS]: 80, later: 10 });
    expect(minute.at(-1)).toEqual({ atMs: START_MS + 2 * MINUTE_MS, taken: false });
    // Slots that were not taken do not count, and other installations have their own counts.
    expect(await slots.take(`${how} minute`, START_MS + 2 * MINUTE_MS, MINUTE_MS)).toEqual({
      atMs: START_MS + 2 * MINUTE_MS,
      taken: true,
    });
    expect(begins(await takeAll(slots, `${how} other`, 1, START_MS))).toEqual({ 0: 1 });
  });

  test("gives 500 slots an hour, and says when the next one is free", async () => {
    const slots = count();
    for (let index = 0; index < 10; index++) {
      await takeAll(slots, `${how} hour`, 50, START_MS + index * MINUTE_MS);
    }
    const nowMs = START_MS + 10 * MINUTE_MS;
    const next = await slots.take(`${how} hour`, nowMs, MINUTE_MS);
    expect(next).toEqual({ atMs: START_MS + HOUR_MS, taken: false });
    const later = await takeAll(slots, `${how} hour`, 60, START_MS + HOUR_MS);
    expect(begins(later)).toEqual({ [HOUR_MS]: 50, [HOUR_MS + MINUTE_MS]: 10 });
  });

  test("gives none before the end of a pause, to this installation only", async () => {
    const slots = count();
    const pausedMs = START_MS + 5 * MINUTE_MS;
    await slots.pause(`${how} paused`, pausedMs, START_MS);
    await slots.pause(`${how} paused`, START_MS + MINUTE_MS, START_MS);
    expect(await slots.take(`${how} paused`, START_MS, MINUTE_MS)).toEqual({ atMs: pausedMs, taken: false });
    expect(await slots.take(`${how} paused`, pausedMs, MINUTE_MS)).toEqual({ atMs: pausedMs, taken: true });
    expect(begins(await takeAll(slots, `${how} not paused`, 1, START_MS))).toEqual({ 0: 1 });
  });

  test("does not wait for a clock that was set back", async () => {
    const slots = count();
    await takeAll(slots, `${how} clock`, 100, START_MS + HOUR_MS);
    expect(begins(await takeAll(slots, `${how} clock`, 1, START_MS))).toEqual({ 0: 1 });
  });
});

test("two processes together take no more slots than one", async () => {
  const other = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  try {
    const [one, two] = [sharedBy(redis), sharedBy(other)];
    const taken = await Promise.all([takeAll(one, "both", 60, START_MS), takeAll(two, "both", 60, START_MS)]);
    expect(begins(taken.flat())).toEqual({ 0: 80, [MINUTE_MS]: 40 });
  } finally {
    other.disconnect();
  }
});

test("a pause holds for all processes, and without Redis for the one that was refused", async () => {
  const own = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  const slots = sharedBy(own);
  const untilMs = START_MS + 5 * MINUTE_MS;
  await slots.pause("together", untilMs, START_MS);
  expect(await sharedBy(redis).take("together", START_MS, MINUTE_MS)).toEqual({
    atMs: untilMs,
    taken: false,
  });
  own.disconnect();
  await slots.pause("alone", untilMs, START_MS);
  expect(await slots.take("alone", START_MS, MINUTE_MS)).toEqual({ atMs: untilMs, taken: false });
});

test("a process that loses Redis continues its own count, and tries Redis again after a while", async () => {
  const own = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  const slots = sharedBy(own);
  await takeAll(slots, "lonely", 70, START_MS);
  await takeAll(sharedBy(redis), "lonely", 10, START_MS);
  own.disconnect();
  const alone = await takeAll(slots, "lonely", 20, START_MS);
  expect(begins(alone)).toEqual({ 0: 10, [MINUTE_MS]: 10 });

  await own.connect();
  await takeAll(sharedBy(redis), "lonely", 80, START_MS);
  const stillAlone = await slots.take("lonely", START_MS + 9_999, MINUTE_MS);
  expect(stillAlone).toEqual({ atMs: START_MS + MINUTE_MS, taken: true });
  const together = await slots.take("lonely", START_MS + 10_000, MINUTE_MS);
  expect(together).toEqual({ atMs: START_MS + 2 * MINUTE_MS, taken: false });
  own.disconnect();
});
