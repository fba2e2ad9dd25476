import { readFileSync } from "node:fs";
import { describe, expect, test } from "../../support/testing.ts";
import { FAILURE_CODES } from "../../../src/github/wire/rules/failure-codes.ts";
import { recheckMs } from "../../../src/pull-requests/record/rules/recheck.ts";
import { ENDED_BY, SHORT_OF_PERMISSION } from "../../../src/pull-requests/record/rules/what-ends-a-wait.ts";
import { afterFailure } from "../../../src/pull-requests/steps/rules/after-failure.ts";

const INSTALLED = "installation_usable";
const SETTINGS = ["default_branch_changed", "settings_pushed"];
const PUSHED = ["branch_pushed", "base_pushed"];

/** For each refusal, all events that may end it. */
const ENDINGS: Readonly<Record<string, readonly string[]>> = {
  app_not_installed: [INSTALLED, "repository_added"],
  installation_suspended: [INSTALLED],
  not_found: [INSTALLED, "repository_added"],
  permission_missing: [INSTALLED],
  bad_credentials: [INSTALLED],
  repository_blocked: [INSTALLED],
  repository_archived: ["repository_unarchived"],
  branch_missing: ["branch_pushed"],
  head_not_pushed: ["branch_pushed"],
  head_invalid: ["branch_pushed"],
  repository_empty: PUSHED,
  no_changes: [...PUSHED, "default_branch_changed"],
  no_commits: [...PUSHED, "default_branch_changed"],
  no_common_history: [...PUSHED, "default_branch_changed"],
  base_missing: ["base_pushed", "default_branch_changed"],
  base_invalid: ["base_pushed", "default_branch_changed"],
  base_equals_head: ["default_branch_changed"],
  base_not_allowed: SETTINGS,
  branch_not_allowed: SETTINGS,
  bot_disabled: SETTINGS,
  on_hold: SETTINGS,
  open_limit_reached: [...SETTINGS, "pull_request_closed"],
};

const ENDED_CODES: readonly (readonly [string, readonly string[]])[] = Object.entries(ENDED_BY);

test.each(Object.entries(ENDINGS))("%s may be ended by %j and no other event", (code, events) => {
  expect(ENDED_CODES.filter(([, codes]) => codes.includes(code)).map(([event]) => event)).toEqual(events);
});

test("no event ends another refusal", () => {
  expect(new Set(ENDED_CODES.flatMap(([, codes]) => codes))).toEqual(new Set(Object.keys(ENDINGS)));
});

/** The files that give a refusal of the bot its code. */
const REFUSING = [
  "src/github/github.ts",
  "src/pull-requests/observe/look.ts",
  "src/pull-requests/plan/gather-facts.ts",
  "src/pull-requests/plan/rules/refuse-publish.ts",
  "src/pull-requests/publish/apply-plan.ts",
  "src/pull-requests/record/rules/queue-place.ts",
  "src/pull-requests/record/rules/quarantine.ts",
  "src/pull-requests/steps/rules/loop-breaker.ts",
  "src/pull-requests/steps/rules/stop-writing.ts",
  "src/pull-requests/upkeep/confirm-repository.ts",
];

/** These carry their own time: GitHub's, an hour, or until a loop has calmed down. */
const TIMED = new Set(["rate_limited", "held", "completion_lost", "loop_broken"]);
/** The bot's own decisions. Another completion, a retry or a look ends them. */
const FOR_SOMEBODY = [
  "project_cancelled",
  "pull_request_closed", // a look shows the reopening
  "pull_request_merged",
  "pull_request_replaced",
];
function codesIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const declared = [...text.matchAll(/(?:\bcode:|QUARANTINED =)([^,;\n]*)/g)];
  return declared.flatMap(([, value = ""]) =>
    [...value.matchAll(/"([a-z_]+)"/g)].map(([, code = ""]) => code),
  );
}

describe("a refusal that makes a record wait is ended by a time", () => {
  const byEvent = ENDED_CODES.flatMap(([, codes]) => codes);
  /** Whether the bot asks again by itself, however often it was refused. */
  const isAskedAgain = (code: string) => {
    const next = afterFailure({ code }, { attempts: 1_000, waitMs: null, refusals: 1_000, random: 0 });
    return next.action === "retry" || next.againMs !== null;
  };
  const hasTime = (code: string) => TIMED.has(code) || recheckMs(code) !== null || isAskedAgain(code);
  const codes = new Set([...FAILURE_CODES, ...REFUSING.flatMap(codesIn)]);

  test.each([...FAILURE_CODES])("GitHub's %s has a time, because an event can be lost", (code) => {
    expect(hasTime(code)).toBe(true);
  });

  test("of the bot's own, only those have no time that another signal or a look ends", () => {
    expect([...codes].filter((code) => !hasTime(code)).toSorted()).toEqual(FOR_SOMEBODY);
  });

  test("no event ends a refusal that does not exist", () => {
    expect(byEvent.filter((code) => !codes.has(code))).toEqual([]);
  });
});

test.each([
  ["labels_permission_missing", true],
  ["permission_missing", false],
  ["labels_not_found", false],
])("a new permission may end %s: %s", (code, is) => {
  expect(SHORT_OF_PERMISSION.test(code)).toBe(is);
});
