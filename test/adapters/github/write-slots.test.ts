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

/** Takes slots one after the other, each for work of its own. */
async function takeAll(slots: WriteSlots, who: string, count: number, nowMs: number) {
  const taken = [];
  for (let index = 0; index < count; index++) taken.push(await slots.take(who, { turn: null, nowMs }));
  return taken;
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

const after = (ms: number) => START_MS + ms;

describe.each([
  ["of one process", () => new OwnWriteSlots(PACE)],
  ["that processes share", () => sharedBy(redis)],
])("the count %s", (how, count) => {
  test("gives 80 slots a minute, and says when the next one is free; one that is a moment away is given", async () => {
    const slots = count();
    const who = `${how} minute`;
    expect(begins(await takeAll(slots, who, 90, START_MS))).toEqual({ 0: 80, later: 10 });
    const asking = { turn: null, nowMs: after(MINUTE_MS - 251) };
    expect(await slots.take(who, asking)).toEqual({ atMs: after(MINUTE_MS), taken: false });
    const soon = { turn: null, nowMs: after(MINUTE_MS - 250) };
    expect(await slots.take(who, soon)).toEqual({ atMs: after(MINUTE_MS), taken: true });
    // Other installations have their own counts.
    expect(begins(await takeAll(slots, `${how} other`, 1, START_MS))).toEqual({ 0: 1 });
  });

  test("gives 500 slots an hour, and says when the next one is free", async () => {
    const slots = count();
    for (let index = 0; index < 10; index++) {
      await takeAll(slots, `${how} hour`, 50, after(index * MINUTE_MS));
    }
    const next = await slots.take(`${how} hour`, { turn: null, nowMs: after(10 * MINUTE_MS) });
    expect(next).toEqual({ atMs: after(HOUR_MS), taken: false });
    const later = await takeAll(slots, `${how} hour`, 60, after(HOUR_MS));
    expect(begins(later)).toEqual({ [HOUR_MS]: 50, later: 10 });
  });

  test("plans the writes of all that wait, two each, in the order in which they came", async () => {
    const slots = count();
    const who = `${how} line`;
    await takeAll(slots, who, 79, START_MS);
    // The 80th write is free, but this work needs two.
    const asked = [];
    for (let index = 0; index < 45; index++) {
      asked.push(await slots.reserve(who, { turn: `work ${index}`, nowMs: after(index) }));
    }
    expect(begins(asked)).toEqual({ later: 45 });
    const planned = asked.map(({ atMs }) => (atMs - START_MS) / MINUTE_MS);
    expect(planned).toEqual([...Array.from({ length: 40 }, () => 1), ...Array.from({ length: 5 }, () => 2)]);
    // What comes later comes behind them, also if there would be room now.
    expect(await slots.take(who, { turn: null, nowMs: after(50) })).toEqual({
      atMs: after(2 * MINUTE_MS),
      taken: false,
    });
  });

  test("keeps the place of work that comes again, even if it comes before its time or others came meanwhile", async () => {
    const slots = count();
    const who = `${how} place`;
    await takeAll(slots, who, 80, START_MS);
    const first = { turn: "first", nowMs: START_MS };
    expect(await slots.reserve(who, first)).toEqual({ atMs: after(MINUTE_MS), taken: false });
    expect(await slots.reserve(who, { ...first, nowMs: after(9) })).toEqual({
      atMs: after(MINUTE_MS),
      taken: false,
    });
    expect(begins(await takeAll(slots, who, 80, after(MINUTE_MS)))).toEqual({ [MINUTE_MS]: 78, later: 2 });
    const inTime = { ...first, nowMs: after(MINUTE_MS + 5) };
    expect(await slots.reserve(who, inTime)).toEqual({ atMs: after(MINUTE_MS + 5), taken: true });
    const writes = [
      await slots.take(who, inTime),
      await slots.take(who, inTime),
      await slots.take(who, inTime),
    ];
    expect(begins(writes)).toEqual({ [MINUTE_MS + 5]: 2, later: 1 });
  });

  test("lets no more begin than the windows allow, even if those that had waited begin late", async () => {
    const slots = count();
    const who = `${how} late`;
    await takeAll(slots, who, 80, START_MS);
    for (let index = 0; index < 80; index++) {
      await slots.reserve(who, { turn: `work ${index}`, nowMs: START_MS });
    }
    // The first half was planned for the next minute and begins ten seconds late, the second half begins in time.
    const begun: number[] = [];
    const write = async (index: number, nowMs: number) => {
      const { atMs, taken } = await slots.take(who, { turn: `work ${index}`, nowMs });
      if (taken) begun.push(atMs);
    };
    for (let index = 0; index < 80; index++) {
      const nowMs = after(index < 40 ? MINUTE_MS + 10_000 : 2 * MINUTE_MS);
      await write(index, nowMs);
      await write(index, nowMs);
    }
    const within = begun.filter((atMs) => atMs > after(MINUTE_MS) && atMs <= after(2 * MINUTE_MS));
    expect(within).toHaveLength(80);
    await write(79, after(2 * MINUTE_MS + 10_000));
    expect(begun).toHaveLength(81);
  });

  test("gives room that was reserved and is not needed to those that come next", async () => {
    const slots = count();
    const who = `${how} left`;
    await takeAll(slots, who, 78, START_MS);
    expect(await slots.reserve(who, { turn: "a", nowMs: START_MS })).toMatchObject({ taken: true });
    expect(begins(await takeAll(slots, who, 1, START_MS))).toEqual({ later: 1 });
    await slots.leave(who, "a");
    expect(begins(await takeAll(slots, who, 3, START_MS))).toEqual({ 0: 2, later: 1 });
    // Five minutes after its time nobody comes for it any more.
    await takeAll(slots, who, 78, after(HOUR_MS / 2));
    await slots.reserve(who, { turn: "dead", nowMs: after(HOUR_MS / 2) });
    const late = after(HOUR_MS / 2 + 5 * MINUTE_MS);
    expect(begins(await takeAll(slots, who, 80, late - 1))).toMatchObject({ later: 2 });
    expect(begins(await takeAll(slots, who, 2, late))).not.toHaveProperty("later");
  });

  test("gives none before the end of a pause, to this installation only", async () => {
    const slots = count();
    const who = `${how} paused`;
    const pausedMs = after(5 * MINUTE_MS);
    await slots.pause(who, pausedMs, START_MS);
    await slots.pause(who, after(MINUTE_MS), START_MS);
    expect(await slots.take(who, { turn: null, nowMs: START_MS })).toEqual({ atMs: pausedMs, taken: false });
    expect(await slots.take(who, { turn: null, nowMs: pausedMs })).toEqual({ atMs: pausedMs, taken: true });
    expect(begins(await takeAll(slots, `${how} not paused`, 1, START_MS))).toEqual({ 0: 1 });
  });

  test("remembers the longest limit of an installation", async () => {
    const slots = count();
    const who = `${how} limited`;
    expect(await slots.limitedUntil(who, START_MS)).toBe(0);
    await slots.limit(who, after(5 * MINUTE_MS), START_MS);
    await slots.limit(who, after(MINUTE_MS), START_MS);
    expect(await slots.limitedUntil(who, START_MS)).toBe(after(5 * MINUTE_MS));
    expect(await slots.limitedUntil(`${how} not limited`, START_MS)).toBe(0);
  });

  test("does not wait for a clock that was set back", async () => {
    const slots = count();
    await takeAll(slots, `${how} clock`, 100, after(HOUR_MS));
    expect(begins(await takeAll(slots, `${how} clock`, 1, START_MS))).toEqual({ 0: 1 });
  });
});

test("two processes together take no more slots than one, and wait in one line", async () => {
  const other = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  try {
    const [one, two] = [sharedBy(redis), sharedBy(other)];
    const taken = await Promise.all([takeAll(one, "both", 60, START_MS), takeAll(two, "both", 60, START_MS)]);
    expect(begins(taken.flat())).toEqual({ 0: 80, later: 40 });
    for (let index = 0; index < 40; index++) await one.reserve("both", { turn: `${index}`, nowMs: START_MS });
    const next = await two.reserve("both", { turn: "next", nowMs: START_MS });
    expect(next).toEqual({ atMs: after(2 * MINUTE_MS), taken: false });
    await two.limit("both", after(MINUTE_MS), START_MS);
    expect(await one.limitedUntil("both", START_MS)).toBe(after(MINUTE_MS));
  } finally {
    other.disconnect();
  }
});

test("a pause and a limit hold for all processes, and without Redis for the one that was refused", async () => {
  const own = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  const slots = sharedBy(own);
  const untilMs = after(5 * MINUTE_MS);
  const asking = { turn: null, nowMs: START_MS };
  await slots.pause("together", untilMs, START_MS);
  expect(await sharedBy(redis).take("together", asking)).toEqual({ atMs: untilMs, taken: false });
  own.disconnect();
  await slots.pause("alone", untilMs, START_MS);
  await slots.limit("alone", untilMs, START_MS);
  expect(await slots.take("alone", asking)).toEqual({ atMs: untilMs, taken: false });
  expect(await slots.limitedUntil("alone", START_MS)).toBe(untilMs);
});

test("a process that loses Redis continues its own count, and tries Redis again after a while", async () => {
  const own = new Redis(stores.redisUrl, { protocol: 2, disconnectTimeout: 100 });
  const slots = sharedBy(own);
  await takeAll(slots, "lonely", 70, START_MS);
  await takeAll(sharedBy(redis), "lonely", 10, START_MS);
  own.disconnect();
  expect(begins(await takeAll(slots, "lonely", 20, START_MS))).toEqual({ 0: 10, later: 10 });

  await own.connect();
  await takeAll(sharedBy(redis), "lonely", 80, START_MS);
  const stillAlone = await slots.take("lonely", { turn: null, nowMs: after(9_999) });
  expect(stillAlone).toEqual({ atMs: after(MINUTE_MS), taken: false });
  await takeAll(sharedBy(redis), "lonely", 80, after(MINUTE_MS));
  const together = await slots.take("lonely", { turn: null, nowMs: after(MINUTE_MS) });
  expect(together).toEqual({ atMs: after(2 * MINUTE_MS), taken: false });
  own.disconnect();
});
