import { readFileSync } from "node:fs";
import { describe, expect, test } from "../../support/testing.ts";
import { recheckMs } from "../../../src/pull-requests/record/rules/recheck.ts";
import { ENDED_BY, SHORT_OF_PERMISSION } from "../../../src/pull-requests/record/rules/what-ends-a-wait.ts";
import { afterFailure } from "../../../src/pull-requests/steps/rules/after-failure.ts";

const SETTINGS = ["on_hold", "open_limit_reached", "bot_disabled", "base_not_allowed", "branch_not_allowed"];
const NOT_PUSHED = ["branch_missing", "head_not_pushed", "no_changes", "no_commits", "head_invalid"];
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
  ["base_created", ["base_missing", "base_invalid"]],
  ["default_branch_changed", OF_THE_BASE],
  ["settings_pushed", SETTINGS],
  ["pull_request_closed", ["open_limit_reached"]],
])("%s may end %j", (happened, codes) => {
  expect(ENDED_BY[happened]).toEqual(codes);
});

/** The files that give a refusal its code. */
const REFUSING = [
  "src/github/wire/rules/classify-failure.ts",
  "src/github/github.ts",
  "src/pull-requests/observe/look.ts",
  "src/pull-requests/plan/gather-facts.ts",
  "src/pull-requests/plan/rules/refuse-publish.ts",
  "src/pull-requests/publish/apply-plan.ts",
  "src/pull-requests/record/rules/queue-place.ts",
  "src/pull-requests/record/rules/quarantine.ts",
  "src/pull-requests/steps/rules/loop-breaker.ts",
  "src/pull-requests/steps/rules/stop-writing.ts",
];

/** These carry their own time: GitHub's, an hour, or until a loop has calmed down. */
const TIMED = new Set(["rate_limited", "held", "completion_lost", "loop_broken"]);
/** Their remedy is an edit, another branch or another completion; none of these is an event about the record. */
const FOR_SOMEBODY = [
  "github_refused",
  "issues_disabled",
  "project_cancelled",
  "pull_request_closed", // a look shows the reopening
  "pull_request_crashed",
  "pull_request_merged",
  "pull_request_not_ours",
  "pull_request_replaced",
];
/** The pull request is opened without these, or the run works around them: no record waits for them. */
const NOT_WAITED_FOR = [
  "already_exists",
  "body_too_long",
  "branch_not_protected",
  "drafts_not_supported",
  "fork_collaboration_refused",
  "plan_lacks_feature",
  "ref_not_found",
  "reviewer_is_author",
  "reviewer_not_collaborator",
  "too_many_reviewers",
];

function codesIn(file: string): string[] {
  const text = readFileSync(file, "utf8");
  const declared = [...text.matchAll(/(?:\bcode:|QUARANTINED =)([^,;\n]*)/g)];
  return declared.flatMap(([, value = ""]) =>
    [...value.matchAll(/"([a-z_]+)"/g)].map(([, code = ""]) => code),
  );
}

describe("a refusal that makes a record wait is ended by an event or a time", () => {
  const byEvent: readonly string[] = Object.values(ENDED_BY).flat();
  const isRetried = (code: string) =>
    afterFailure({ code }, { attempts: 1, waitMs: null, random: 0 }).action === "retry";
  const ends = (code: string) =>
    byEvent.includes(code) || recheckMs(code) !== null || isRetried(code) || TIMED.has(code);
  const codes = [...new Set(REFUSING.flatMap(codesIn))].toSorted();

  test("every code is known", () => {
    const others = codes.filter((code) => !ends(code));
    expect(others).toEqual([...FOR_SOMEBODY, ...NOT_WAITED_FOR].toSorted());
  });

  test("no event ends a refusal that does not exist", () => {
    expect(byEvent.filter((code) => !codes.includes(code))).toEqual([]);
  });
});

test.each([
  ["labels_permission_missing", true],
  ["permission_missing", false],
  ["labels_not_found", false],
])("a new permission may end %s: %s", (code, is) => {
  expect(SHORT_OF_PERMISSION.test(code)).toBe(is);
});
