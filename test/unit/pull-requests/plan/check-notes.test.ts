import { describe, expect, test } from "@jest/globals";
import { checkNotes } from "../../../../src/pull-requests/plan/rules/check-notes.ts";
import type { SettingsProblem } from "../../../../src/repository-settings/problem.ts";
import { ownWords } from "../../../../src/text/safe.ts";
import { render } from "../../descriptions/description-facts.ts";

const PROBLEM = { code: "template_invalid", reason: "It has a mistake.", remedy: "Fix it." };
const OF_SETTINGS: SettingsProblem = {
  file: "repository",
  path: "draft",
  line: 3,
  column: 1,
  code: "setting_invalid",
  reason: "`draft` is none of those that there are.",
  remedy: "Write always or never.",
};
const NOTHING = { overflow: null, problems: [], settingsProblems: [], told: false };
const OVERFLOW = ownWords("All of it");

test("without anything to tell there is no check run", () => {
  expect(checkNotes(NOTHING, render)).toBeNull();
});

test("a check run that told something does not go on telling it", () => {
  expect(checkNotes({ ...NOTHING, told: true }, render)).toEqual({
    title: "Nothing to report",
    summary: "Resolved.",
    text: null,
  });
});

test.each([
  { overflow: OVERFLOW, problems: 0, title: "More of the description" },
  { overflow: null, problems: 1, title: "One thing to fix" },
  { overflow: OVERFLOW, problems: 1, title: "One thing to fix, and more of the description" },
  { overflow: null, problems: 2, title: "2 things to fix" },
])("its title says what is in it: $title", ({ overflow, problems, title }) => {
  const facts = { ...NOTHING, overflow, problems: Array.from({ length: problems }, () => PROBLEM) };
  expect(checkNotes(facts, render)).toMatchObject({ title, text: overflow });
});

describe("its summary", () => {
  test("names what is wrong with settings by file and line, and before all else", () => {
    const settingsProblems = [OF_SETTINGS, { ...OF_SETTINGS, file: "owner" as const, line: 7 }];
    const facts = { ...NOTHING, problems: [PROBLEM], settingsProblems };
    const { title, summary } = checkNotes(facts, render) ?? {};
    expect(title).toBe("3 things to fix");
    expect(summary?.trim().split("\n")).toEqual([
      "- **.github/orb.yml, line 3:** `draft` is none of those that there are. Write always or never.",
      "- **The owner's .github/orb.yml, line 7:** `draft` is none of those that there are. Write always or never.",
      "- It has a mistake. Fix it.",
    ]);
  });

  test("says what stands below it, where the description was too long", () => {
    const { summary } = checkNotes({ ...NOTHING, overflow: OVERFLOW }, render) ?? {};
    expect(summary).toContain("Below is the full text of what was shortened.");
    expect(checkNotes({ ...NOTHING, problems: [PROBLEM] }, render)?.summary).not.toContain("stands below");
  });

  test("is bounded: of many problems thirty are shown, and of each a line", () => {
    const problems = Array.from({ length: 500 }, () => ({ ...PROBLEM, reason: "long ".repeat(100_000) }));
    const { summary = "" } = checkNotes({ ...NOTHING, problems }, render) ?? {};
    expect(summary.match(/^- long/gm)).toHaveLength(30);
    expect(summary).toContain("- … and 470 more");
    expect(summary.length).toBeLessThan(65_535);
  });

  test("tells nobody by name and closes nothing, whatever a file says", () => {
    const reason = "The tag @octocat is unknown. Fixes #7 <img src=x> ![p](https://x.example/p.png)";
    const { summary } = checkNotes({ ...NOTHING, problems: [{ ...PROBLEM, reason }] }, render) ?? {};
    expect(summary).not.toMatch(/@octocat|Fixes #7|(?<!\\)<img|!\[/);
  });
});
