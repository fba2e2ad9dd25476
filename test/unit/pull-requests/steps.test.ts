import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { type Activity, NO_ACTIVITY } from "../../../src/pull-requests/record/rules/activity.ts";
import { type AfterFailure, afterFailure } from "../../../src/pull-requests/steps/rules/after-failure.ts";
import { canDoWithout, isPatient } from "../../../src/pull-requests/steps/rules/do-without.ts";
import {
  type Action,
  FAILED_REPAIRS_MAX,
  WRITES_PER_HOUR_MAX,
  loopBreaker,
  recordActivity,
} from "../../../src/pull-requests/steps/rules/loop-breaker.ts";
import { stopWriting } from "../../../src/pull-requests/steps/rules/stop-writing.ts";
import { minutesLater } from "./observe/seen.ts";

describe("after a failure", () => {
  const HOUR_MS = 3_600_000;
  const OUTAGES = ["github_unavailable", "mongodb_unavailable"];

  function next(
    code: string,
    attempts: number,
    { waitMs = null, random = 0.5 }: { waitMs?: number | null; random?: number } = {},
  ) {
    return afterFailure({ code }, { attempts, waitMs, random });
  }

  /** All waits after a lasting failure, and how it ends. */
  function course(code: string, random: number): { waitsMs: number[]; end: AfterFailure["action"] } {
    const waitsMs: number[] = [];
    for (;;) {
      const step = next(code, waitsMs.length + 1, { random });
      if (step.action !== "retry") return { waitsMs, end: step.action };
      waitsMs.push(step.waitMs);
    }
  }

  describe("after a lasting failure", () => {
    test.each<[code: string, waitsMs: number[], end: string]>([
      ["bad_credentials", [250, 500, 1_000], "blocked"],
      ["not_found", [250, 500, 1_000], "blocked"],
      ["head_invalid", [250, 500, 1_000], "blocked"],
      ["refs_not_readable", [250, 500, 1_000], "blocked"],
      ["branch_missing", [250, 500, 1_000], "blocked"],
      ["head_not_pushed", [250, 500, 1_000], "blocked"],
      ["no_changes", [250, 500, 1_000], "blocked"],
      ["no_commits", [250, 500, 1_000], "blocked"],
      ["node_not_found", [500, 1_000, 2_000], "failed"],
      ["pull_request_exists", [250, 500, 1_000], "failed"],
      ["internal", [250, 500, 1_000], "failed"],
      ["validation_failed", [250], "blocked"],
      ["base_invalid", [], "blocked"],
      ["base_missing", [], "blocked"],
      ["base_equals_head", [], "blocked"],
      ["no_common_history", [], "blocked"],
      ["repository_archived", [], "blocked"],
      ["repository_blocked", [], "blocked"],
      ["permission_missing", [], "blocked"],
      ["app_not_installed", [], "blocked"],
      ["issues_disabled", [], "blocked"],
      ["project_cancelled", [], "blocked"],
      ["pull_request_not_ours", [], "blocked"],
      ["pull_request_closed", [], "blocked"],
      ["pull_request_merged", [], "blocked"],
      ["github_refused", [250], "blocked"],
      ["resource_limits_exceeded", [30_000, 120_000, 480_000], "failed"],
      ["diff_unavailable", [30_000, 120_000, 480_000], "failed"],
      ["an_unknown_code", [], "blocked"],
    ])("%s: after waits of at least %j ms it is %s", (code, waitsMs, end) => {
      expect(course(code, 0)).toEqual({ waitsMs, end });
    });

    test.each(OUTAGES)("%s: the bot tries again for half a day to a day, then it has failed", (code) => {
      const [least, most] = [course(code, 0), course(code, 1 - Number.EPSILON)];
      const total = (waitsMs: readonly number[]) => waitsMs.reduce((sum, waitMs) => sum + waitMs, 0);
      expect(least.end).toBe("failed");
      expect(least.waitsMs).toHaveLength(299);
      expect(least.waitsMs.slice(0, 4)).toEqual([250, 500, 1_000, 2_000]);
      expect(Math.max(...most.waitsMs)).toBe(300_000);
      expect(total(least.waitsMs)).toBeGreaterThan(12 * HOUR_MS);
      expect(total(most.waitsMs)).toBeLessThan(25 * HOUR_MS);
    });
  });

  test("after the end the bot asks again, ever more rarely, and at least once a day", () => {
    const againMs = (code: string, refusals: number) => {
      const late = { attempts: 1_000, waitMs: null, refusals, random: 1 - Number.EPSILON };
      const end = afterFailure({ code }, late);
      return end.action === "retry" ? undefined : end.againMs;
    };
    const hours = [1, 2, 3, 4, 5, 1_000].map((times) => (againMs("github_refused", times) ?? 0) / HOUR_MS);
    expect(hours.map(Math.round)).toEqual([1, 4, 16, 24, 24, 24]);
    expect(againMs("github_unavailable", 1)).toBe(HOUR_MS);
    expect(againMs("pull_request_merged", 1)).toBeNull();
  });

  test("a wait that GitHub asks for is not counted as a try and never shortened", () => {
    const codes = fc.constantFrom("rate_limited", "github_unavailable", "permission_missing");
    const random = fc.double({ min: 0, max: 1, maxExcluded: true, noNaN: true });
    fc.assert(
      fc.property(
        codes,
        fc.integer({ min: 1, max: 1_000 }),
        fc.nat(24 * HOUR_MS),
        random,
        (code, attempts, waitMs, random) => {
          const step = next(code, attempts, { waitMs, random });
          expect(step).toEqual({ action: "retry", counts: false, waitMs: expect.any(Number) as unknown });
          const spread = step.action === "retry" ? step.waitMs / (waitMs || 1) : 0;
          expect(spread).toBeGreaterThanOrEqual(waitMs ? 1 : 0);
          expect(spread).toBeLessThanOrEqual(1.1 + 1 / (waitMs || 1));
        },
      ),
      { numRuns: 500 },
    );
  });

  test("a scale shortens the bot's own waits, but none that GitHub asks for", () => {
    const at = (waitMs: number | null) =>
      afterFailure({ code: "github_unavailable" }, { attempts: 3, waitMs, random: 0, scale: 0.1 });
    expect(at(null)).toEqual({ action: "retry", waitMs: 100, counts: true });
    expect(at(2_000)).toEqual({ action: "retry", waitMs: 2_000, counts: false });
  });

  test("our own retry counts as a try", () => {
    expect(next("github_unavailable", 1)).toEqual({ action: "retry", waitMs: 375, counts: true });
  });
});

describe("doing without", () => {
  test.each([
    { code: "permission_missing", patient: true, without: true },
    { code: "github_refused", patient: true, without: true },
    { code: "github_unavailable", patient: true, without: false },
    { code: "resource_limits_exceeded", patient: true, without: true },
    { code: "diff_unavailable", patient: true, without: true },
    { code: "github_unavailable", patient: false, without: true },
    { code: "not_found", patient: true, without: false },
    { code: "not_found", patient: false, without: true },
    { code: "rate_limited", patient: false, without: false },
    { code: "bad_credentials", patient: false, without: false },
    { code: "installation_suspended", patient: false, without: false },
    { code: "account_suspended", patient: false, without: false },
  ])(
    "the bot continues without what $code refused, with patience $patient: $without",
    ({ code, patient, without }) => {
      expect(canDoWithout({ code }, { patient })).toBe(without);
    },
  );

  test("the bot is patient for seven tries", () => {
    expect([1, 7, 8, 300].map(isPatient)).toEqual([true, true, false, false]);
  });
});

describe("the loop breaker", () => {
  const DAY = 24 * 60;

  /** The same action a number of times, a minute apart. */
  function repeated(
    times: number,
    action: (index: number) => Action,
    from: Activity = NO_ACTIVITY,
  ): Activity {
    return Array.from({ length: times }, (_, index) => index).reduce(
      (activity, index) => recordActivity(activity, action(index), minutesLater(index)),
      from,
    );
  }
  const write = (): Action => ({ kind: "write" });
  const repair = (index: number): Action => ({ kind: "repair_failed", headSha: `head ${index}` });
  const flip = (label: string) => (): Action => ({ kind: "label_flipped", label });

  test("the bot is not stopped below the limit of writes", () => {
    expect(loopBreaker(repeated(WRITES_PER_HOUR_MAX - 1, write), minutesLater(30))).toBeNull();
  });

  test("the limit of writes within an hour stops the bot until the first one is an hour old", () => {
    const activity = repeated(WRITES_PER_HOUR_MAX, write);
    expect(loopBreaker(activity, minutesLater(30))).toEqual({
      code: "loop_broken",
      reason: "The bot has written to this pull request 30 times within an hour, its limit.",
      remedy: "Find out what repeats, then comment /orb retry. Otherwise the bot continues in 30 min.",
      waitMs: 30 * 60_000,
    });
    expect(loopBreaker(activity, minutesLater(60))).toBeNull();
  });

  test("a label that somebody reverts three times within an hour stops the bot; two labels together do not", () => {
    const twice = repeated(2, flip("size: M"));
    expect(loopBreaker(repeated(2, flip("risk: high"), twice), minutesLater(5))).toBeNull();
    const thrice = repeated(3, flip("size: M"));
    expect(loopBreaker(thrice, minutesLater(5))?.reason).toBe(
      "The bot's change to the label size: M was reverted 3 times within an hour.",
    );
    expect(loopBreaker(thrice, minutesLater(61))).toBeNull();
    // Of five, the third from the end is the one whose expiry makes room.
    expect(loopBreaker(repeated(5, flip("size: M")), minutesLater(5))?.waitMs).toBe(57 * 60_000);
  });

  test("ten failing heads of agents in a row stop the bot for a day", () => {
    const activity = repeated(FAILED_REPAIRS_MAX, repair);
    expect(loopBreaker(repeated(FAILED_REPAIRS_MAX - 1, repair), minutesLater(10))).toBeNull();
    expect(loopBreaker(activity, minutesLater(10))).toMatchObject({
      code: "loop_broken",
      reason: expect.stringContaining("pushed 10 times"),
      remedy: expect.stringContaining("24 hours"),
    });
    expect(loopBreaker(activity, minutesLater(DAY))).toBeNull();
  });

  test("a head counts once, even if it is reported several times", () => {
    expect(
      loopBreaker(
        repeated(50, () => repair(0)),
        minutesLater(50),
      ),
    ).toBeNull();
  });

  test("a person's action lets agents try again, and does not change the limit of writes", () => {
    const now = minutesLater(40);
    const tired = repeated(WRITES_PER_HOUR_MAX, write, repeated(FAILED_REPAIRS_MAX, repair));
    const acted = recordActivity(tired, { kind: "person_acted", at: now }, now);
    expect(acted.failedRepairs).toEqual([]);
    expect(loopBreaker(acted, now)?.reason).toContain("has written");
  });

  test("anybody who asks for another try gets one", () => {
    const now = minutesLater(40);
    const stopped = repeated(WRITES_PER_HOUR_MAX, write, repeated(FAILED_REPAIRS_MAX, repair));
    expect(loopBreaker(recordActivity(stopped, { kind: "retry" }, now), now)).toBeNull();
  });

  test("the remembered activity is bounded", () => {
    const everything = repeated(500, flip("x".repeat(5_000)), repeated(500, write, repeated(500, repair)));
    expect(everything.writes.length).toBeLessThanOrEqual(WRITES_PER_HOUR_MAX);
    expect(everything.failedRepairs.length).toBeLessThanOrEqual(FAILED_REPAIRS_MAX);
    expect(JSON.stringify(everything).length).toBeLessThan(10_000);
  });
});

describe("stopping writes", () => {
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
    test("while a person holds it, and says who and how to release it", () => {
      const stop = stopWriting({ ...FREE, hold: BY_INES }, NOW);
      expect(stop?.refusal).toMatchObject({ code: "held", remedy: expect.stringContaining("/orb unhold") });
      expect(stop?.refusal.reason).toContain("ines");
    });

    test("while it has written too much", () => {
      const stop = stopWriting({ ...FREE, activity: BUSY }, NOW);
      expect(stop?.refusal.code).toBe("loop_broken");
      expect(
        stopWriting({ ...FREE, activity: BUSY }, new Date(NOW.getTime() + (stop?.waitMs ?? 0))),
      ).toBeNull();
    });
  });

  test("to a record rebuilt from GitHub before its completion is signalled again", () => {
    expect(stopWriting({ ...FREE, round: 0 }, NOW)?.refusal.code).toBe("completion_lost");
  });

  describe("the bot writes", () => {
    test("if nothing stops it", () => {
      expect(stopWriting(FREE, NOW)).toBeNull();
    });

    test("if agents failed many times and a person has acted since", () => {
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

    test("if somebody asked for another try", () => {
      expect(stopWriting({ ...FREE, activity: BUSY, retried: BY_INES }, NOW)).toBeNull();
    });
  });
});
