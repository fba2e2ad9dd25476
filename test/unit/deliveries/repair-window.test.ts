import { expect, test } from "@jest/globals";
import {
  askAgainMs,
  gapOf,
  canResume,
  KEPT_BY_GITHUB_MS,
  readBackMs,
} from "../../../src/deliveries/rules/repair-window.ts";

const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
const NOW = new Date("2026-03-10T12:00:00Z");
const ago = (ms: number) => new Date(NOW.getTime() - ms);

test.each([
  ["never", null, KEPT_BY_GITHUB_MS],
  ["just now", NOW, 10 * MINUTE_MS],
  ["ten minutes ago", ago(10 * MINUTE_MS), 20 * MINUTE_MS],
  ["four days ago", ago(96 * HOUR_MS), KEPT_BY_GITHUB_MS],
])(
  "where the log was read %s, it is read a little further back, and not beyond what is kept",
  (_when, readTo, ms) => {
    expect(readBackMs(readTo, NOW)).toBe(ms);
  },
);

test.each([
  [0, 2 * MINUTE_MS, 4 * MINUTE_MS],
  [1, 4 * MINUTE_MS, 8 * MINUTE_MS],
  [9, 6 * HOUR_MS, 12 * HOUR_MS],
  [1_000, 6 * HOUR_MS, 12 * HOUR_MS],
])("after %i times a delivery rests for %i to %i ms", (redeliveries, least, most) => {
  expect([askAgainMs(redeliveries, 0), askAgainMs(redeliveries, 1)]).toEqual([least, most]);
});

test.each([
  [HOUR_MS, "closing"],
  [49 * HOUR_MS, "alarming"],
  [73 * HOUR_MS, "lost"],
])("a gap of %i ms is %s", (ageMs, state) => {
  expect(gapOf(ago(ageMs), NOW)).toBe(state);
});

test("reading that was begun is gone on with for an hour", () => {
  expect([canResume(ago(59 * MINUTE_MS), NOW), canResume(ago(HOUR_MS), NOW)]).toEqual([true, false]);
});
