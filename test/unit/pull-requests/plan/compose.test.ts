import { describe, expect, test } from "../../../support/testing.ts";
import { eachSection } from "../../../../src/descriptions/rules/description-sections.ts";
import { chooseLayout } from "../../../../src/pull-requests/plan/choose-layout.ts";
import { checkNotes } from "../../../../src/pull-requests/plan/rules/check-notes.ts";
import type { SettingsProblem } from "../../../../src/repository-settings/problem.ts";
import { ownWords } from "../../../../src/text/safe.ts";
import { descriptionFacts, render } from "../../descriptions/description-facts.ts";

describe("the layout of a description", () => {
  const NONCE = "0123456789abcdef0123456789abcdef";
  const FACTS = descriptionFacts({ project: "csv-export", branch: "agent/csv" });

  interface Files {
    /** `.github/orb/<type>.md` */
    readonly own?: Record<string, string>;
    /** The template for people. */
    readonly forPeople?: string;
    readonly pullRequestTemplate?: "fill" | "ignore";
  }

  function find({ own = {}, forPeople, pullRequestTemplate = "fill" }: Files) {
    const file = (path: string, text: string) => ({ path, oid: "0", text });
    return chooseLayout(FACTS, {
      baseFiles: {
        templates: new Map(
          Object.entries(own).map(([type, text]) => [type, file(`.github/orb/${type}.md`, text)]),
        ),
        pullRequestTemplates:
          forPeople === undefined ? [] : [file(".github/pull_request_template.md", forPeople)],
      },
      settings: { templates: { pullRequestTemplate } },
      nonce: NONCE,
    });
  }

  describe("the layout of a description comes from", () => {
    test.each<{ title: string; files: Files; kind: string }>([
      { title: "us, if the repository has no template", files: {}, kind: "own" },
      {
        title: "the repository's template for the type of the change",
        files: { own: { feature: "{{ summary }}" }, forPeople: "## Why" },
        kind: "repository",
      },
      {
        title: "not from its template for another type",
        files: { own: { fix: "{{ summary }}" } },
        kind: "own",
      },
      { title: "its template for people", files: { forPeople: "## Why" }, kind: "fill" },
      {
        title: "not from that template if the settings forbid it",
        files: { forPeople: "## Why", pullRequestTemplate: "ignore" },
        kind: "own",
      },
    ])("$title", ({ files, kind }) => {
      const { layout, problems } = find(files);
      expect(layout.kind).toBe(kind);
      expect(problems).toEqual([]);
    });
  });

  test("a repository's template gets sections, names as code and the facts of the change", () => {
    const { layout } = find({
      own: { feature: "{{ type }} of {{ project }} on {{ branch }}, {{ fileCount }} file\n\n{{ summary }}" },
    });
    const sections = eachSection((name) => (name === "summary" ? ownWords("What it does.") : null));
    const rendered = layout.kind === "repository" ? layout.render(sections) : "not that";
    expect(rendered.trim()).toBe("feature of `csv-export` on `agent/csv`, 1 file\n\nWhat it does.");
  });

  test.each<{ title: string; template: string; says: string }>([
    {
      title: "an unknown tag",
      template: "a\n{% nonsense %}",
      says: ".github/orb/feature.md, line 2: ",
    },
    { title: "a section within a sentence", template: "x\n\nSee {{ summary }} there", says: "line 3: " },
    { title: "a section twice", template: "{{ files }}\n\n{{ files }}", says: "more than once" },
    { title: "an endless template", template: "{% for i in (1..99999999) %}x{% endfor %}", says: ".md" },
  ])("$title: the template is skipped with a reason, and the next one is used", ({ template, says }) => {
    const { layout, problems } = find({ own: { feature: template }, forPeople: "## Why" });
    expect(layout.kind).toBe("fill");
    expect(problems).toEqual([
      {
        code: "template_invalid",
        reason: expect.stringContaining(says) as unknown,
        remedy: expect.any(String) as unknown,
      },
    ]);
  });
});

describe("the notes of a check run", () => {
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
  const fileNames = {
    owner: "the owner's .github/orb.yml",
    repository: ".github/orb.yml",
    base: ".github/orb.yml on next",
  };
  const NOTHING = { overflow: null, problems: [], settingsProblems: [], fileNames, told: false };
  const OVERFLOW = ownWords("All of it");

  test("without anything to say there are no notes", () => {
    expect(checkNotes(NOTHING, render)).toBeNull();
  });

  test("notes that no longer hold are replaced", () => {
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
  ])("the title says what the notes contain: $title", ({ overflow, problems, title }) => {
    const facts = { ...NOTHING, overflow, problems: Array.from({ length: problems }, () => PROBLEM) };
    expect(checkNotes(facts, render)).toMatchObject({ title, text: overflow });
  });

  describe("the summary", () => {
    test("names mistakes in settings first, by file and line", () => {
      const settingsProblems = [
        OF_SETTINGS,
        { ...OF_SETTINGS, file: "owner" as const, line: 7 },
        { ...OF_SETTINGS, file: "base" as const, line: 9 },
      ];
      const facts = { ...NOTHING, problems: [PROBLEM], settingsProblems };
      const { title, summary } = checkNotes(facts, render) ?? {};
      expect(title).toBe("4 things to fix");
      expect(summary?.trim().split("\n")).toEqual([
        "- **.github/orb.yml, line 3:** `draft` is none of those that there are. Write always or never.",
        "- **The owner's .github/orb.yml, line 7:** `draft` is none of those that there are. Write always or never.",
        "- **.github/orb.yml on next, line 9:** `draft` is none of those that there are. Write always or never.",
        "- It has a mistake. Fix it.",
      ]);
    });

    test("announces the rest of the description if it was too long", () => {
      const { summary } = checkNotes({ ...NOTHING, overflow: OVERFLOW }, render) ?? {};
      expect(summary).toContain("Below is the full text of what was shortened.");
      expect(checkNotes({ ...NOTHING, problems: [PROBLEM] }, render)?.summary).not.toContain("Below is");
    });

    test("is bounded: it shows at most thirty problems, each on one line", () => {
      const problems = Array.from({ length: 500 }, () => ({ ...PROBLEM, reason: "long ".repeat(100_000) }));
      const { summary = "" } = checkNotes({ ...NOTHING, problems }, render) ?? {};
      expect(summary.match(/^- long/gm)).toHaveLength(30);
      expect(summary).toContain("- … and 470 more");
      expect(summary.length).toBeLessThan(65_535);
    });

    test("is bounded in bytes: of wide characters it shows fewer problems, each of them whole", () => {
      const problems = Array.from({ length: 40 }, () => ({ ...PROBLEM, reason: "日本😀".repeat(1_000) }));
      const { summary = "" } = checkNotes({ ...NOTHING, problems }, render) ?? {};
      const shown = summary.match(/^- 日/gm)?.length ?? 0;
      expect(shown).toBeGreaterThan(10);
      expect(shown).toBeLessThan(30);
      expect(summary).toContain(`- … and ${40 - shown} more`);
      expect(summary.match(/Fix it\.$/gm)).toHaveLength(shown);
      expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(40_000);
    });

    test("mentions nobody and closes nothing, for any file", () => {
      const reason = "The tag @octocat is unknown. Fixes #7 <img src=x> ![p](https://x.example/p.png)";
      const { summary } = checkNotes({ ...NOTHING, problems: [{ ...PROBLEM, reason }] }, render) ?? {};
      expect(summary).not.toMatch(/@octocat|Fixes #7|(?<!\\)<img|!\[/);
    });
  });
});
