import { expect, test } from "../../support/testing.ts";
import { canResume, KEPT_BY_GITHUB_MS, readBackMs } from "../../../src/deliveries/rules/repair-window.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const HOUR_MS = 3_600_000;

function at(ms: number): Date {
  return new Date(NOW.getTime() + ms);
}

test("GitHub's log is read back to where the last reading began, and a little further", () => {
  expect(readBackMs(at(-HOUR_MS), NOW)).toBeGreaterThan(HOUR_MS);
  expect(readBackMs(at(-HOUR_MS), NOW)).toBeLessThan(2 * HOUR_MS);
  expect(readBackMs(null, NOW)).toBe(KEPT_BY_GITHUB_MS);
});

test("a reading that a wrong clock has dated in another year does not count", () => {
  expect(readBackMs(at(365 * 24 * HOUR_MS), NOW)).toBe(KEPT_BY_GITHUB_MS);
  expect(canResume(at(365 * 24 * HOUR_MS), NOW)).toBe(false);
  expect(canResume(at(-1_000), NOW)).toBe(true);
});
