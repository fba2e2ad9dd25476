import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { nextLookMs } from "../../../../src/pull-requests/observe/rules/next-look.ts";
import type { Seen } from "../../../../src/pull-requests/record/rules/seen.ts";
import { PACE } from "../../../../src/work/pace.ts";
import { LOOKED_AT, minutesLater, seen } from "./seen.ts";

const HOUR_MS = 3_600_000;
const next = (known: Seen, { now = LOOKED_AT, random = 0.5 } = {}) =>
  nextLookMs(known, { now, random, pace: PACE });

test("one that is open is looked at within the hour, each at another time", () => {
  expect(next(seen(), { random: 0 })).toBe(0.75 * HOUR_MS);
  expect(next(seen(), { random: 0.999 })).toBeGreaterThan(0.99 * HOUR_MS);
});

test.each([
  { asked: 1, seconds: 5 },
  { asked: 2, seconds: 10 },
  { asked: 3, seconds: 15 },
  { asked: 10, seconds: 50 },
])(
  "after $asked answers without a word on merging, GitHub is asked again in $seconds s",
  ({ asked, seconds }) => {
    expect(next(seen({ mergeability: { asked, stale: true } }))).toBe(seconds * 1_000);
  },
);

test("GitHub is not asked for ever", () => {
  expect(next(seen({ mergeability: { asked: 11, stale: true } }))).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
});

test("a failure that waits to be told is looked at when it has stood for ten minutes", () => {
  const failing = seen({ checks: { verdict: "pending", untoldFailureSince: LOOKED_AT } });
  expect(next(failing, { now: minutesLater(4) })).toBe(6 * 60_000);
  expect(next(failing, { now: new Date(minutesLater(10).getTime() - 200) })).toBe(1_000);
});

test("a draft that nobody checks is looked at when it is clear that nobody does", () => {
  const draft = seen({ lifecycle: "draft", checks: { verdict: "none", since: LOOKED_AT } });
  expect(next(draft, { now: minutesLater(4) })).toBe(6 * 60_000);
  expect(next(draft, { now: minutesLater(11) })).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
  const unread = { ...draft, checks: { ...draft.checks, unread: true } };
  expect(next(unread, { now: minutesLater(4) })).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
  expect(next({ ...draft, lifecycle: "open" })).toBeGreaterThanOrEqual(0.75 * HOUR_MS);
});

test("one that is merged rests", () => {
  expect(next(seen({ lifecycle: "merged", mergeability: { asked: 1 } }))).toBeNull();
});

test("one that is closed rests after a look that no replica can have missed a reopening in", () => {
  const closed = seen({ lifecycle: "closed", updatedAt: LOOKED_AT });
  expect(next(closed)).toBe(2 * 60_000);
  expect(next({ ...closed, askedAt: minutesLater(2) })).toBeNull();
});

test("it is never sooner than a second and never later than an hour", () => {
  const known = fc.record({
    asked: fc.nat({ max: 20 }),
    failedMinutes: fc.option(fc.integer({ min: -100, max: 100 })),
    lifecycle: fc.constantFrom("open" as const, "draft" as const),
  });
  fc.assert(
    fc.property(
      known,
      fc.double({ min: 0, max: 0.999, noNaN: true }),
      ({ asked, failedMinutes, lifecycle }, random) => {
        const untoldFailureSince = failedMinutes === null ? null : minutesLater(failedMinutes);
        const ms = next(seen({ lifecycle, mergeability: { asked }, checks: { untoldFailureSince } }), {
          random,
        });
        expect(ms).toBeGreaterThanOrEqual(1_000);
        expect(ms).toBeLessThanOrEqual(HOUR_MS);
      },
    ),
  );
});
