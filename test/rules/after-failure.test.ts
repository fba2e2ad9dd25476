import { expect, test } from "@jest/globals";
import { afterFailure, type AfterFailure } from "../../src/pull-requests/rules/after-failure.ts";

const TRIES_MAX = 1_000;

/** What follows each failure in turn, until it ends, with the middle of each wait. */
function course(code: string): AfterFailure[] {
  const steps: AfterFailure[] = [];
  do steps.push(afterFailure({ code }, { attempts: steps.length + 1, waitMs: null, random: 0.5 }));
  while (steps.at(-1)?.action === "retry" && steps.length < TRIES_MAX);
  return steps;
}

const retry = (waitMs: number) => ({ action: "retry", waitMs, counts: true });
const MOMENT = [retry(375), retry(750), retry(1_500)];

test.each([
  { code: "no_changes", end: "blocked" },
  { code: "no_commits", end: "blocked" },
  { code: "refs_not_readable", end: "blocked" },
  { code: "head_invalid", end: "blocked" },
  { code: "branch_missing", end: "blocked" },
  { code: "head_not_pushed", end: "blocked" },
  { code: "not_found", end: "blocked" },
  { code: "bad_credentials", end: "blocked" },
  { code: "node_not_found", end: "failed" },
  { code: "pull_request_exists", end: "failed" },
  { code: "internal", end: "failed" },
])("$code may be a moment's: three more looks, then it is $end", ({ code, end }) => {
  expect(course(code)).toEqual([...MOMENT, { action: end }]);
});

test("a refusal without a reason is tried once more", () => {
  expect(course("validation_failed")).toEqual([retry(375), { action: "blocked" }]);
});

test.each(
  [
    "base_invalid base_missing base_equals_head no_common_history project_cancelled repository_archived",
    "repository_blocked permission_missing issues_disabled app_not_installed pull_request_not_ours",
    "pull_request_closed pull_request_merged github_refused constructor __proto__",
  ].flatMap((line) => line.split(" ")),
)("%s is for somebody to mend: it blocks at once", (code) => {
  expect(course(code)).toEqual([{ action: "blocked" }]);
});

test.each(["github_unavailable", "mongodb_unavailable"])(
  "%s is sat out for most of a day, at most 5 min at a time",
  (code) => {
    const steps = course(code);
    const waits = steps.flatMap((step) => (step.action === "retry" ? [step.waitMs] : []));
    const hours = waits.reduce((sum, waitMs) => sum + waitMs, 0) / 3_600_000;
    expect({ tries: steps.length, end: steps.at(-1), first: waits[0] }).toEqual({
      tries: 300,
      end: { action: "failed" },
      first: 375,
    });
    expect(hours).toBeGreaterThan(16);
    expect(hours).toBeLessThan(30);
    expect(Math.max(...waits)).toBeLessThanOrEqual(300_000);
  },
);

test.each([
  { random: 0, waitMs: 60_000, expected: 60_000 },
  { random: 0.5, waitMs: 60_000, expected: 63_000 },
  { random: 0.5, waitMs: 0, expected: 0 },
])(
  "a wait of $waitMs ms that GitHub asks for is never shortened, and counts as no try",
  ({ random, waitMs, expected }) => {
    for (const attempts of [1, 4, 1_000]) {
      const next = afterFailure({ code: "rate_limited" }, { attempts, waitMs, random });
      expect(next).toEqual({ action: "retry", waitMs: expected, counts: false });
    }
  },
);
