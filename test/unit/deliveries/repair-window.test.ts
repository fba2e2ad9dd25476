import { expect, test } from "@jest/globals";
import {
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
  [HOUR_MS, "closing"],
  [49 * HOUR_MS, "alarming"],
  [73 * HOUR_MS, "lost"],
])("a gap of %i ms is %s", (ageMs, state) => {
  expect(gapOf(ago(ageMs), NOW)).toBe(state);
});

test("reading that was begun is gone on with for an hour", () => {
  expect([canResume(ago(59 * MINUTE_MS), NOW), canResume(ago(HOUR_MS), NOW)]).toEqual([true, false]);
});
