import { describe, expect, test } from "../../support/testing.ts";
import {
  type DescribedFor,
  dependsOnChecks,
  describedAs,
  refreshDue,
} from "../../../src/pull-requests/publish/rules/refresh-due.ts";
import { isWorthAnotherTry } from "../../../src/pull-requests/publish/rules/retry-shortcomings.ts";

describe("refreshing a description", () => {
  const NOW: DescribedFor = describedAs({
    headSha: "a".repeat(40),
    base: "main",
    checks: "pending",
    siblings: [],
    conflicting: false,
    change: null,
  });
  const QUIET = { body: "", asked: false };
  const SIBLING = {
    repository: "octo/world",
    number: 3,
    url: "https://github.example/octo/world/pull/3",
    state: "open" as const,
    checks: null,
    review: null,
  };

  describe("a description is regenerated", () => {
    test.each<{
      when: string;
      before?: Partial<DescribedFor>;
      event?: Partial<typeof QUIET>;
      because: string;
    }>([
      { when: "for a new head", before: { headSha: "b" }, because: "The head is now aaaaaaa" },
      { when: "for another base", before: { base: "old" }, because: "The base is now main" },
      {
        when: "if the results of checks changed",
        before: { checks: "failed" },
        because: "The result of its checks changed",
      },
      {
        when: "if a sibling changed",
        before: { siblings: JSON.stringify([SIBLING]) },
        because: "Another pull request of its change set changed",
      },
      {
        when: "if a conflict is resolved",
        before: { conflicting: true },
        because: "Its mergeability changed",
      },
      {
        when: "if its repository has another default branch or other rules",
        before: { change: "the delivery before" },
        because: "The repository or its rules changed",
      },
      { when: "if somebody asks", event: { asked: true }, because: "Somebody asked for it" },
      {
        when: "if a box is ticked",
        event: { body: "Mine.\r\n- [X] <!-- orb:rewrite:summary --> Regenerate this section\r\n" },
        because: "Somebody ticked a box to regenerate a section",
      },
    ])("$when", ({ before = {}, event = {}, because }) => {
      expect(refreshDue({ ...NOW, ...before }, NOW, { ...QUIET, ...event })).toBe(because);
    });
  });

  describe("a description is left unchanged", () => {
    test.each([
      { when: "if nothing has changed", body: "" },
      {
        when: "if the box is not ticked",
        body: "- [ ] <!-- orb:rewrite:summary --> Regenerate this section",
      },
      { when: "if somebody quotes a ticked box", body: "> - [x] <!-- orb:rewrite:summary --> Write" },
    ])("$when", ({ body }) => {
      expect(refreshDue(NOW, NOW, { body, asked: false })).toBeNull();
    });

    test("if the record is from before changes of the repository were compared", () => {
      const { change: _change, ...before } = NOW;
      expect(refreshDue(before, NOW, QUIET)).toBeNull();
    });

    test("while checks start and run: only their end counts", () => {
      const before = describedAs({
        headSha: NOW.headSha,
        base: "main",
        checks: "none",
        siblings: [],
        conflicting: false,
        change: null,
      });
      expect(refreshDue(before, NOW, QUIET)).toBeNull();
    });
  });

  test.each([
    { claims: [], required: [], depends: false },
    { claims: [{ kind: "tests" as const, text: "Pass" }], required: [], depends: true },
    { claims: [], required: ["unit tests"], depends: true },
  ])("with $claims and $required it depends on checks: $depends", ({ claims, required, depends }) => {
    expect(dependsOnChecks({ claims }, required)).toBe(depends);
  });
});

describe("retrying shortcomings", () => {
  const NOW = new Date("2026-01-05T09:00:00Z");
  const MINUTE_MS = 60_000;

  const ago = (minutes: number) => new Date(NOW.getTime() - minutes * MINUTE_MS);
  const shortOf = (code: string) => [{ code: "labels_permission_missing" }, { code }];

  describe("a request that GitHub did not answer is tried again", () => {
    test.each([
      { times: 0, minutes: 0.9, is: false },
      { times: 0, minutes: 1, is: true },
      { times: 1, minutes: 1, is: false },
      { times: 1, minutes: 4, is: true },
      { times: 4, minutes: 255, is: false },
      { times: 4, minutes: 256, is: true },
      { times: 5, minutes: 100_000, is: false },
    ])("after $times tries and $minutes min: $is", ({ times, minutes, is }) => {
      const tried = { times, at: ago(minutes) };
      expect(isWorthAnotherTry(shortOf("reviewers_github_unavailable"), tried, NOW)).toBe(is);
    });

    test("at least once if the time of writing is unknown", () => {
      expect(isWorthAnotherTry(shortOf("files_github_unavailable"), null, NOW)).toBe(true);
    });
  });

  test.each([
    { code: "description_unproved", is: true },
    { code: "labels_node_not_found", is: true },
    { code: "reviewers_not_found", is: false },
    { code: "reviewer_unknown", is: false },
    { code: "check_run_permission_missing", is: false },
  ])("$code can disappear by itself: $is", ({ code, is }) => {
    expect(isWorthAnotherTry(shortOf(code), null, NOW)).toBe(is);
  });
});
