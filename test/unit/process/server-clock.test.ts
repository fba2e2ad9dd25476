import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { mock } from "node:test";
import { ServerClock } from "../../../src/mongo/server-clock.ts";

const YEAR_MS = 365 * 24 * 3_600_000;
const SERVER = new Date("2026-01-05T09:00:00Z").getTime();

/** Node's monotonic clock, as this test sets it. */
let monotonicMs: number;
/** How long the question and the answer take. */
let [thereMs, backMs] = [0, 0];
let serverAheadMs: number;
let isAway: boolean;

beforeEach(() => {
  monotonicMs = 5_000;
  [thereMs, backMs] = [1, 1];
  serverAheadMs = SERVER - monotonicMs;
  isAway = false;
  mock.method(performance, "now", () => monotonicMs);
  // The machine believes that it is another year.
  mock.method(Date, "now", () => SERVER + YEAR_MS);
});

afterEach(() => mock.restoreAll());

function clockOf(): ServerClock {
  return new ServerClock(async () => {
    if (isAway) throw new Error("MongoDB is away");
    monotonicMs += thereMs;
    const answer = new Date(Math.floor(monotonicMs + serverAheadMs));
    monotonicMs += backMs;
    return answer;
  });
}

/** How far the clock is from the server's. */
function errorMs(clock: ServerClock): number {
  return clock.now().getTime() - (monotonicMs + serverAheadMs);
}

test("it follows the server's clock, between two comparisons by the monotonic one", async () => {
  const clock = clockOf();
  await clock.compare();
  expect(Math.abs(errorMs(clock))).toBeLessThanOrEqual(2);
  monotonicMs += 50_000;
  expect(Math.abs(errorMs(clock))).toBeLessThanOrEqual(2);
});

test("a slow answer proves little, and sets the clock no further than it is proved wrong", async () => {
  const clock = clockOf();
  await clock.compare();
  [thereMs, backMs] = [0, 10_000];
  await clock.compare();
  expect(Math.abs(errorMs(clock))).toBeLessThanOrEqual(2);
  serverAheadMs += 60_000;
  await clock.compare();
  expect(errorMs(clock)).toBeLessThanOrEqual(0);
  expect(errorMs(clock)).toBeGreaterThanOrEqual(-10_001);
});

test.each([YEAR_MS, -YEAR_MS])("if the server's clock is set by %d ms, it follows", async (ms) => {
  const clock = clockOf();
  await clock.compare();
  serverAheadMs += ms;
  await clock.compare();
  expect(Math.abs(errorMs(clock))).toBeLessThanOrEqual(3);
});

test("while MongoDB is away it goes on", async () => {
  const clock = clockOf();
  await clock.compare();
  isAway = true;
  monotonicMs += 3_600_000;
  await expect(clock.compare()).rejects.toThrow("MongoDB is away");
  expect(Math.abs(errorMs(clock))).toBeLessThanOrEqual(2);
});
