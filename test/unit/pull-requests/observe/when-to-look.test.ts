import { describe, expect, test } from "@jest/globals";
import { observe } from "../../../../src/pull-requests/observe/rules/observe.ts";
import { looksApartMs, whenToLookMs } from "../../../../src/pull-requests/observe/rules/when-to-look.ts";
import { PACE } from "../../../../src/work/pace.ts";
import { snapshot } from "./snapshot.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const CONTEXT = { now: NOW, askedAt: NOW, written: null, requiredChecks: null };
const { seen } = observe(null, snapshot({ mergeable: "mergeable" }), CONTEXT);
const QUIET = { seen, moved: false, missed: false };
const AT = { now: NOW, random: 0.5, apartMs: 1_000, pace: PACE };
const HOUR_MS = 3_600_000;

/** When it is looked at within an hour in which something is told each so often. */
function looksOf(everyMs: number): Date[] {
  const looks: Date[] = [];
  for (let atMs = NOW.getTime(); atMs < NOW.getTime() + HOUR_MS;) {
    const at = new Date(atMs);
    looks.push(at);
    atMs += Math.max(everyMs, looksApartMs(looks, at, PACE));
  }
  return looks;
}

test("what is told is looked at within a second, unless it is told without end", () => {
  expect(looksApartMs([], NOW, PACE)).toBe(1_000);
  const lively = looksOf(20_000);
  expect(lively.length).toBe(HOUR_MS / 20_000);
  expect(looksApartMs(lively, lively.at(-1) ?? NOW, PACE)).toBe(1_000);
  expect(looksOf(0).length).toBeLessThan(270);
});

describe("a pull request is looked at again", () => {
  test("a second after a look, where something happened meanwhile: a storm of events costs few", () => {
    expect(whenToLookMs({ ...QUIET, moved: true }, AT)).toBe(1_000);
  });

  test("soon, where somebody told of something that was not to be seen yet", () => {
    expect(whenToLookMs({ ...QUIET, missed: true }, AT)).toBe(15_000);
  });

  test("within the hour, where nobody tells anything", () => {
    expect(whenToLookMs(QUIET, AT)).toBeLessThanOrEqual(HOUR_MS);
    expect(whenToLookMs(QUIET, AT)).toBeGreaterThan(HOUR_MS / 2);
  });

  test("soon after it was opened", () => {
    expect(whenToLookMs({ ...QUIET, seen: null }, AT)).toBe(5_000);
  });
});

test("one whose life is over rests, unless something happens to it", () => {
  const over = { ...QUIET, seen: { ...seen, lifecycle: "merged" as const } };
  expect(whenToLookMs(over, AT)).toBeNull();
  expect(whenToLookMs({ ...over, missed: true }, AT)).toBeNull();
  expect(whenToLookMs({ ...over, moved: true }, AT)).toBe(1_000);
});
