import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import {
  BACK_OFF,
  backOffMs,
  type Failing,
  mayTryAgain,
  waitAskedMs,
} from "../../../src/work/rules/back-off.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const ALMOST_ONE = 1 - Number.EPSILON;
const ROWS = Object.keys(BACK_OFF) as Failing[];

interface Course {
  /** The waits after the first failure, the second and so on; the last one is the longest. */
  readonly waitsMs: readonly (readonly [least: number, most: number])[];
  readonly tries: number | null;
}

const always = (ms: number): Course["waitsMs"] => [
  [ms, ms],
  [ms, ms],
];

const COURSES: Readonly<Record<Failing, Course>> = {
  signal_or_delivery: {
    waitsMs: [
      [125, 250],
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
      [8_000, 16_000],
    ],
    tries: 8,
  },
  outage: {
    waitsMs: [
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
    ],
    tries: 300,
  },
  replica: {
    waitsMs: [
      [250, 500],
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [2_000, 4_000],
    ],
    tries: 4,
  },
  graphql_replica: {
    waitsMs: [
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [2_000, 4_000],
    ],
    tries: 4,
  },
  validation: { waitsMs: [[250, 500]], tries: 2 },
  refusal: { waitsMs: always(0), tries: 1 },
  optional_question: {
    waitsMs: [
      [250, 500],
      [500, 1_000],
    ],
    tries: 8,
  },
  shortcoming: {
    waitsMs: [1, 4, 16, 64, 256, 256].map((minutes) => [minutes * MINUTE_MS, minutes * MINUTE_MS] as const),
    tries: 6,
  },
  on_hold: { waitsMs: always(10 * MINUTE_MS), tries: null },
  no_room: { waitsMs: always(MINUTE_MS), tries: null },
  stopped: { waitsMs: always(HOUR_MS), tries: null },
  open_unreadable: { waitsMs: always(HOUR_MS), tries: null },
  quarantined_request: { waitsMs: always(HOUR_MS), tries: null },
  redelivery: {
    waitsMs: [
      [2 * MINUTE_MS, 4 * MINUTE_MS],
      [4 * MINUTE_MS, 8 * MINUTE_MS],
    ],
    tries: null,
  },
  kept_workspace: {
    waitsMs: [15, 30, 60, 120].map((minutes) => [(minutes * MINUTE_MS) / 2, minutes * MINUTE_MS] as const),
    tries: null,
  },
  cleanup: {
    waitsMs: [1, 4, 16, 64, 256, 1_024, 1_440].map(
      (minutes) => [(minutes * MINUTE_MS) / 2, minutes * MINUTE_MS] as const,
    ),
    tries: null,
  },
  rebuild_place: { waitsMs: always(10 * MINUTE_MS), tries: 144 },
  job: { waitsMs: [[30_000, 90_000]], tries: null },
  job_cut_short: { waitsMs: always(MINUTE_MS), tries: null },
  loop: { waitsMs: always(500), tries: null },
  change_feed: { waitsMs: always(1_000), tries: null },
  redis_connection: { waitsMs: [200, 400, 800, 1_600, 2_000, 2_000].map((ms) => [ms, ms]), tries: null },
  redis_count: { waitsMs: always(10_000), tries: null },
  app_check: {
    waitsMs: [
      [500, 1_000],
      [1_000, 2_000],
      [2_000, 4_000],
      [4_000, 8_000],
      [8_000, 16_000],
      [15_000, 30_000],
      [15_000, 30_000],
    ],
    tries: null,
  },
  github_limit: { waitsMs: always(MINUTE_MS), tries: null },
  content_limit: {
    waitsMs: [5, 10, 20, 40, 60, 60].map((minutes) => [minutes * MINUTE_MS, minutes * MINUTE_MS] as const),
    tries: null,
  },
  overload: {
    waitsMs: [
      [MINUTE_MS / 2, MINUTE_MS],
      [2 * MINUTE_MS, 4 * MINUTE_MS],
      [8 * MINUTE_MS, 16 * MINUTE_MS],
    ],
    tries: 4,
  },
  asked_again: {
    waitsMs: [
      [HOUR_MS / 2, HOUR_MS],
      [2 * HOUR_MS, 4 * HOUR_MS],
      [8 * HOUR_MS, 16 * HOUR_MS],
      [12 * HOUR_MS, 24 * HOUR_MS],
      [12 * HOUR_MS, 24 * HOUR_MS],
    ],
    tries: null,
  },
};

describe.each(ROWS)("%s", (failing) => {
  const { waitsMs, tries } = COURSES[failing];

  test("waits from … to … ms after each failure", () => {
    const drawn = waitsMs.map((_, index) =>
      [0, ALMOST_ONE].map((random) => backOffMs(failing, { failures: index + 1, random })),
    );
    expect(drawn).toEqual(waitsMs);
  });

  test("is tried a fixed number of times, and says why", () => {
    expect(BACK_OFF[failing].tries).toBe(tries);
    expect(mayTryAgain(failing, (tries ?? 1_000_000) - 1)).toBe(true);
    expect(mayTryAgain(failing, tries ?? 1_000_000)).toBe(tries === null);
    expect(BACK_OFF[failing].because).toMatch(/^[A-Z].+\.$/);
  });
});

test.each<[Failing, number]>([
  ["outage", 5 * MINUTE_MS],
  ["signal_or_delivery", MINUTE_MS],
  ["redelivery", 12 * HOUR_MS],
])("after any number of failures, %s waits %i ms at most", (failing, ms) => {
  expect(backOffMs(failing, { failures: 5_000, random: ALMOST_ONE })).toBe(ms);
  expect(backOffMs(failing, { failures: 5_000, random: 0 })).toBe(ms / 2);
});

test("a wait is in whole milliseconds, between its fixed part and its maximum", () => {
  const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
  fc.assert(
    fc.property(
      fc.constantFrom(...ROWS),
      fc.integer({ min: 1, max: 400 }),
      random,
      (failing, failures, random) => {
        const waitMs = backOffMs(failing, { failures, random });
        expect(Number.isInteger(waitMs)).toBe(true);
        expect(waitMs).toBeGreaterThanOrEqual(backOffMs(failing, { failures, random: 0 }));
        expect(waitMs).toBeLessThanOrEqual(1.5 * BACK_OFF[failing].maximumMs);
        expect(backOffMs(failing, { failures: failures + 1, random })).toBeGreaterThanOrEqual(waitMs);
      },
    ),
  );
});

test("a scale shortens every wait", () => {
  for (const failing of ROWS) {
    const failed = { failures: 3, random: 0.5 };
    const tenth = backOffMs(failing, { ...failed, scale: 0.1 });
    expect(Math.abs(tenth - backOffMs(failing, failed) / 10)).toBeLessThanOrEqual(1);
  }
});

test("a requested wait lasts as long as requested, and up to a tenth longer", () => {
  expect([0, 0.5, ALMOST_ONE].map((random) => waitAskedMs(60_000, random))).toEqual([60_000, 63_000, 66_000]);
});
