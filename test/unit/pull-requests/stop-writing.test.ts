import { describe, expect, test } from "@jest/globals";
import { stopWriting } from "../../../src/pull-requests/steps/rules/stop-writing.ts";
import { recordActivity } from "../../../src/pull-requests/steps/rules/loop-breaker.ts";
import { NO_ACTIVITY } from "../../../src/pull-requests/record/rules/activity.ts";

const NOW = new Date("2026-01-05T09:00:00Z");
const BUSY = Array.from({ length: 200 }).reduce<typeof NO_ACTIVITY>(
  (activity) => recordActivity(activity, { kind: "write" }, NOW),
  NO_ACTIVITY,
);
const FREE = {
  hold: null,
  retried: null,
  personActedAt: null,
  activity: NO_ACTIVITY,
  pullRequest: null,
  round: 1,
};
const BY_INES = { by: "ines", at: NOW };

describe("the bot does not write", () => {
  test("where a person holds it, and says who and how to let go", () => {
    const stop = stopWriting({ ...FREE, hold: BY_INES }, NOW);
    expect(stop?.refusal).toMatchObject({ code: "held", remedy: expect.stringContaining("/orb unhold") });
    expect(stop?.refusal.reason).toContain("ines");
  });

  test("where it has written too much, for as long as that is so", () => {
    const stop = stopWriting({ ...FREE, activity: BUSY }, NOW);
    expect(stop?.refusal.code).toBe("loop_broken");
    expect(
      stopWriting({ ...FREE, activity: BUSY }, new Date(NOW.getTime() + (stop?.waitMs ?? 0))),
    ).toBeNull();
  });
});

test("one that was rebuilt from GitHub is not written to before its completion is signalled again", () => {
  expect(stopWriting({ ...FREE, round: 0 }, NOW)?.refusal.code).toBe("completion_lost");
});

describe("it writes", () => {
  test("where nothing keeps it", () => {
    expect(stopWriting(FREE, NOW)).toBeNull();
  });

  test("where agents failed again and again, and a person has acted since", () => {
    const failed = Array.from({ length: 10 }).reduce<typeof NO_ACTIVITY>(
      (activity, _, index) => recordActivity(activity, { kind: "repair_failed", headSha: `${index}` }, NOW),
      NO_ACTIVITY,
    );
    const before = new Date(NOW.getTime() - 1);
    expect(stopWriting({ ...FREE, activity: failed, personActedAt: before }, NOW)?.refusal.code).toBe(
      "loop_broken",
    );
    expect(stopWriting({ ...FREE, activity: failed, personActedAt: NOW }, NOW)).toBeNull();
  });

  test("where somebody asked for another try", () => {
    expect(stopWriting({ ...FREE, activity: BUSY, retried: BY_INES }, NOW)).toBeNull();
  });
});
