import { expect, test } from "@jest/globals";
import {
  type Action,
  loopBreaker,
  FAILED_REPAIRS_MAX,
  recordActivity,
  WRITES_PER_HOUR_MAX,
} from "../../../src/pull-requests/steps/rules/loop-breaker.ts";
import { NO_ACTIVITY } from "../../../src/pull-requests/record/rules/activity.ts";
import type { Activity } from "../../../src/pull-requests/record/rules/activity.ts";
import { minutesLater } from "./observe/seen.ts";

const DAY = 24 * 60;

/** So many of the same, a minute apart. */
function repeated(times: number, action: (index: number) => Action, from: Activity = NO_ACTIVITY): Activity {
  return Array.from({ length: times }, (_, index) => index).reduce(
    (activity, index) => recordActivity(activity, action(index), minutesLater(index)),
    from,
  );
}
const write = (): Action => ({ kind: "write" });
const repair = (index: number): Action => ({ kind: "repair_failed", headSha: `head ${index}` });
const flip = (label: string) => (): Action => ({ kind: "label_flipped", label });

test("who writes less than people bear is not stopped", () => {
  expect(loopBreaker(repeated(WRITES_PER_HOUR_MAX - 1, write), minutesLater(30))).toBeNull();
});

test("as many writes as people bear within an hour stop it, until the first is an hour ago", () => {
  const activity = repeated(WRITES_PER_HOUR_MAX, write);
  expect(loopBreaker(activity, minutesLater(30))).toEqual({
    code: "loop_broken",
    reason: "The bot has written to this pull request 30 times within an hour, its limit.",
    remedy: "Find out what repeats, then comment /orb retry. Otherwise the bot continues in 30 min.",
    waitMs: 30 * 60_000,
  });
  expect(loopBreaker(activity, minutesLater(60))).toBeNull();
});

test("a label that somebody turns back three times within an hour stops it, and two labels together do not", () => {
  const twice = repeated(2, flip("size: M"));
  expect(loopBreaker(repeated(2, flip("risk: high"), twice), minutesLater(5))).toBeNull();
  const thrice = repeated(3, flip("size: M"));
  expect(loopBreaker(thrice, minutesLater(5))?.reason).toBe(
    "The bot's change to the label size: M was reverted 3 times within an hour.",
  );
  expect(loopBreaker(thrice, minutesLater(61))).toBeNull();
  // Of five, the third last is the one whose end makes room.
  expect(loopBreaker(repeated(5, flip("size: M")), minutesLater(5))?.waitMs).toBe(57 * 60_000);
});

test("ten heads of agents that fail one after the other stop it for a day", () => {
  const activity = repeated(FAILED_REPAIRS_MAX, repair);
  expect(loopBreaker(repeated(FAILED_REPAIRS_MAX - 1, repair), minutesLater(10))).toBeNull();
  expect(loopBreaker(activity, minutesLater(10))).toMatchObject({
    code: "loop_broken",
    reason: expect.stringContaining("pushed 10 times"),
    remedy: expect.stringContaining("24 hours"),
  });
  expect(loopBreaker(activity, minutesLater(DAY))).toBeNull();
});

test("a head counts once, however often it is heard of", () => {
  expect(
    loopBreaker(
      repeated(50, () => repair(0)),
      minutesLater(50),
    ),
  ).toBeNull();
});

test("a person who acts lets agents try anew, and changes nothing about writes", () => {
  const now = minutesLater(40);
  const tired = repeated(WRITES_PER_HOUR_MAX, write, repeated(FAILED_REPAIRS_MAX, repair));
  const acted = recordActivity(tired, { kind: "person_acted", at: now }, now);
  expect(acted.failedRepairs).toEqual([]);
  expect(loopBreaker(acted, now)?.reason).toContain("has written");
});

test("whoever asks for another try gets one", () => {
  const now = minutesLater(40);
  const stopped = repeated(WRITES_PER_HOUR_MAX, write, repeated(FAILED_REPAIRS_MAX, repair));
  expect(loopBreaker(recordActivity(stopped, { kind: "retry" }, now), now)).toBeNull();
});

test("what is remembered is bounded", () => {
  const everything = repeated(500, flip("x".repeat(5_000)), repeated(500, write, repeated(500, repair)));
  expect(everything.writes.length).toBeLessThanOrEqual(WRITES_PER_HOUR_MAX);
  expect(everything.failedRepairs.length).toBeLessThanOrEqual(FAILED_REPAIRS_MAX);
  expect(JSON.stringify(everything).length).toBeLessThan(10_000);
});
