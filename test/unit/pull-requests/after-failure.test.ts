import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { type AfterFailure, afterFailure } from "../../../src/pull-requests/steps/rules/after-failure.ts";

const HOUR_MS = 3_600_000;
const OUTAGES = ["github_unavailable", "mongodb_unavailable"];

function next(
  code: string,
  attempts: number,
  { waitMs = null, random = 0.5 }: { waitMs?: number | null; random?: number } = {},
) {
  return afterFailure({ code }, { attempts, waitMs, random });
}

/** Everything that follows a failure that stays, until it ends. */
function course(code: string, random: number): { waitsMs: number[]; end: AfterFailure["action"] } {
  const waitsMs: number[] = [];
  for (;;) {
    const step = next(code, waitsMs.length + 1, { random });
    if (step.action !== "retry") return { waitsMs, end: step.action };
    waitsMs.push(step.waitMs);
  }
}

describe("a failure that stays is met", () => {
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
    ["github_refused", [], "blocked"],
    ["a_code_that_nobody_has_heard_of", [], "blocked"],
  ])("%s: after at least %j ms of waiting it is %s", (code, waitsMs, end) => {
    expect(course(code, 0)).toEqual({ waitsMs, end });
  });

  test.each(OUTAGES)("%s: it is sat out for half a day to a day, then it has failed", (code) => {
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

test("a wait that GitHub asks for counts as no try, however many there were, and is never cut short", () => {
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

test("a scale shortens the bot's own waits, and none that GitHub asks for", () => {
  const at = (waitMs: number | null) =>
    afterFailure({ code: "github_unavailable" }, { attempts: 3, waitMs, random: 0, scale: 0.1 });
  expect(at(null)).toEqual({ action: "retry", waitMs: 100, counts: true });
  expect(at(2_000)).toEqual({ action: "retry", waitMs: 2_000, counts: false });
});

test("a retry of ours counts as a try", () => {
  expect(next("github_unavailable", 1)).toEqual({ action: "retry", waitMs: 375, counts: true });
});
