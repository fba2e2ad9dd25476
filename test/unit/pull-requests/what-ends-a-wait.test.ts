import { readFileSync } from "node:fs";
import { describe, expect, test } from "../../support/testing.ts";
import { FAILURE_CODES } from "../../../src/github/wire/rules/failure-codes.ts";
import { recheckMs } from "../../../src/pull-requests/record/rules/recheck.ts";
import { ENDED_BY, SHORT_OF_PERMISSION } from "../../../src/pull-requests/record/rules/what-ends-a-wait.ts";
import { afterFailure } from "../../../src/pull-requests/steps/rules/after-failure.ts";

const SETTINGS = ["on_hold", "open_limit_reached", "bot_disabled", "base_not_allowed", "branch_not_allowed"];
const NOT_PUSHED = [
  "branch_missing",
  "head_not_pushed",
  "no_changes",
  "no_commits",
  "no_common_history",
  "head_invalid",
  "repository_empty",
];
const OF_THE_BASE = [
  "base_missing",
  "base_invalid",
  "base_equals_head",
  "base_not_allowed",
  "branch_not_allowed",
  "bot_disabled",
  "on_hold",
  "open_limit_reached",
  "no_changes",
  "no_commits",
  "no_common_history",
];
const INSTALLATION = [
  "app_not_installed",
  "installation_suspended",
  "not_found",
  "permission_missing",
  "bad_credentials",
  "repository_blocked",
];

test.each<[keyof typeof ENDED_BY, readonly string[]]>([
  ["installation_usable", INSTALLATION],
  ["repository_added", ["app_not_installed", "not_found"]],
  ["repository_unarchived", ["repository_archived"]],
  ["branch_pushed", NOT_PUSHED],
  [
    "base_pushed",
    ["base_missing", "base_invalid", "no_changes", "no_commits", "no_common_history", "repository_empty"],
  ],
  ["default_branch_changed", OF_THE_BASE],
  ["settings_pushed", SETTINGS],
  ["pull_request_closed", ["open_limit_reached"]],
])("%s may end %j", (happened, codes) => {
  expect(ENDED_BY[happened]).toEqual(codes);
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
  const byEvent: readonly string[] = Object.values(ENDED_BY).flat();
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
