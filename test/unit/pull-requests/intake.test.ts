import { describe, expect, test } from "../../support/testing.ts";
import { mergeQueueNumber } from "../../../src/pull-requests/intake/rules/merge-queue-branch.ts";
import { mergedNumber } from "../../../src/pull-requests/intake/rules/merged-number.ts";
import { projectsNamedIn } from "../../../src/pull-requests/upkeep/rules/provenance-project.ts";
import { hiddenJson } from "../../../src/text/markdown/hidden-json.ts";

describe("a merge commit", () => {
  test.each([
    ["Merge pull request #12 from octo/agent/greeting\n\nGreet", 12],
    ["Greet politely (#7)", 7],
    ["Greet politely (#7)\n\nCo-authored-by: Mona", 7],
    ["Revert what #3 did (#41)", 41],
    ["Greet", null],
    ["See (#7) for more", null],
    ["Greet\n\nMerge pull request #12 from octo/x", null],
    ["Greet (#0)", null],
    [`Greet (#${"9".repeat(20)})`, null],
    [`${"x".repeat(2_000)} (#7)`, null],
    ["", null],
  ])("the commit message %j names pull request %j", (message, number) => {
    expect(mergedNumber(message)).toBe(number);
  });
});

describe("a branch of the merge queue", () => {
  const SHA = "929f8209d40f77f4abc622a499c93a83babdbe64";

  test.each([
    [`refs/heads/gh-readonly-queue/main/pr-104-${SHA}`, 104],
    [`refs/heads/gh-readonly-queue/release/2.x/pr-7-${SHA}`, 7],
    [`refs/heads/gh-readonly-queue/pr-1-x/pr-2-${SHA}`, 2],
    [`refs/heads/gh-readonly-queue/main/pr-0-${SHA}`, null],
    [`refs/heads/main/pr-104-${SHA}`, null],
    ["refs/heads/gh-readonly-queue/main/pr-104", null],
    ["", null],
  ])("the queue branch %s names pull request %j", (ref, number) => {
    expect(mergeQueueNumber(ref)).toBe(number);
  });
});

describe("the provenance of a description", () => {
  const provenance = (project: string) => hiddenJson("orb-provenance", { project, requestedBy: null });

  test.each(["csv-export-1", "a", "A.b_c:d-9", "x".repeat(128)])(
    "the project %s is read back from the description",
    (id) => {
      expect(projectsNamedIn(`Before\n\n${provenance(id)}\n\nAfter`)).toEqual([id]);
    },
  );

  test.each([
    ["no line of ours", "Adds an export"],
    ["another line", hiddenJson("orb-other", { project: "a" })],
    ["an invalid project id", provenance("a b")],
    ["one that is too long", provenance("x".repeat(129))],
  ])("%s names no project", (_what, body) => {
    expect(projectsNamedIn(body)).toEqual([]);
  });

  test("several projects are named once each, up to a limit", () => {
    const bodies = Array.from({ length: 30 }, (_, index) => provenance(`p${index % 25}`));
    expect(projectsNamedIn(bodies.join("\n"))).toHaveLength(20);
  });
});
