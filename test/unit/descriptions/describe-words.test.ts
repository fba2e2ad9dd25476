import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { FILE_KINDS } from "../../../src/changes/rules/file-kinds.ts";
import type { DescriptionFacts } from "../../../src/descriptions/rules/description-facts.ts";
import { groupFiles } from "../../../src/descriptions/rules/describe/group-files.ts";
import { check } from "../github/check-state.ts";
import { NO_REQUIREMENTS, descriptionFacts, file, sectionOf } from "./description-facts.ts";

describe("the words of a description", () => {
  describe("issues", () => {
    test.each([
      { base: "main", issues: [3], says: "- Closes #3" },
      {
        base: "release",
        issues: [3],
        says: "- For #3\n\nGitHub closes issues only when a pull request is merged into the default branch, `main`. Close this one by hand after the merge.",
      },
      {
        base: "release",
        issues: [3, 4],
        says: "- For #3\n- For #4\n\nGitHub closes issues only when a pull request is merged into the default branch, `main`. Close these by hand after the merge.",
      },
      { base: "main", issues: [], says: "" },
    ])("of a merge into $base: $says", ({ base, issues, says }) => {
      expect(sectionOf(descriptionFacts({ issues }, {}, { base }), "issues")).toBe(says);
    });
  });

  describe("claims", () => {
    const claims = [{ kind: "tests" as const, text: "All pass" }];
    test.each<{ name: string; checks: DescriptionFacts["checks"]; says: string }>([
      {
        name: "checks were not read",
        checks: null,
        says: "Claimed by the agents, not verified:\n\n- **Tests:** All pass",
      },
      {
        name: "there is no check",
        checks: [],
        says: "Not verified by CI yet (`1234567`):\n\n- **Tests:** All pass",
      },
      {
        name: "four checks contradict a claim, of which three are named",
        checks: ["a", "b", "c", "d"].map((name) => check(`test ${name}`, "failed")),
        says: "- ❌ **Tests:** All pass<br><sub>Contradicted by CI: `test a`, `test b`, `test c` and 1 more failed on `1234567`.</sub>",
      },
      {
        name: "the check was skipped",
        checks: [check("test", "passed", { conclusion: "skipped" })],
        says: "- **Tests:** All pass<br><sub>Not verified: `test` was skipped or cancelled on `1234567`.</sub>",
      },
    ])("are shown if $name", ({ checks, says }) => {
      expect(sectionOf(descriptionFacts({ claims }, {}, { checks }), "claims")).toBe(
        `## What the agents claim\n\n${says}`,
      );
    });
  });

  test("a claim that no check can verify is not said to wait for one", () => {
    const facts = descriptionFacts({ claims: [{ kind: "other", text: "It is fast" }] }, {}, { checks: [] });
    expect(sectionOf(facts, "claims")).toBe(
      "## What the agents claim\n\nClaimed by the agents, not verified:\n\n- It is fast",
    );
  });

  describe("before merging", () => {
    test.each<{ name: string; others: Partial<DescriptionFacts>; says: string }>([
      { name: "nothing is needed", others: { requirements: NO_REQUIREMENTS }, says: "" },
      { name: "nobody has read the rules", others: {}, says: "" },
      {
        name: "one approval",
        others: { requirements: { ...NO_REQUIREMENTS, approvals: 1 } },
        says: "- 1 approval",
      },
      {
        name: "only the code owners",
        others: { requirements: { ...NO_REQUIREMENTS, codeOwnerReview: true } },
        says: "- Approval from a code owner if the files have one",
      },
      {
        name: "a check, if checks were not read",
        others: { requirements: { ...NO_REQUIREMENTS, checks: [{ context: "ci", appId: null }] } },
        says: "- `ci` passes",
      },
      {
        name: "the branch must be up to date, and is",
        others: { requirements: { ...NO_REQUIREMENTS, upToDate: true } },
        says: "- ✅ Branch up to date with `main`",
      },
      {
        name: "behind, if nothing requires it",
        others: { comparison: { behindBy: 1 } },
        says: "1 commit behind `main`.",
      },
    ])("$name: $says", ({ others, says }) => {
      expect(sectionOf(descriptionFacts({}, {}, others), "merge")).toBe(
        says === "" ? "" : `## Before merging\n\n${says}`,
      );
    });
  });

  test("a text of invisible characters is shown as an ellipsis", () => {
    const facts = descriptionFacts({ changes: ["\u200b"], agents: [{ name: "\u200b" }] });
    expect(sectionOf(facts, "how")).toBe("## How\n\n- …");
    expect(sectionOf(facts, "provenance")).toContain(" ….</sub>");
  });

  test("a list mark that an item begins with is not repeated, and no word of the item is lost", () => {
    const texts = ["- Add `x`", "* *Fast* y", "1. Fix z", "2) a", "• b", "- - c", "-5 d", "2024. e", "-"];
    const facts = descriptionFacts({
      changes: texts,
      claims: texts.slice(0, 2).map((text) => ({ kind: "other", text })),
      recommendations: texts.slice(0, 2).map((text) => ({ agent: "a", severity: "info", text })),
    });
    expect(sectionOf(facts, "how").split("\n").slice(2)).toEqual(
      ["Add `x`", "*Fast* y", "Fix z", "a", "b", "\\- c", "-5 d", "2024\\. e", "\\-"].map(
        (item) => `- ${item}`,
      ),
    );
    expect(sectionOf(facts, "claims")).toMatch(/\n- Add `x`\n- \*Fast\* y$/);
    expect(sectionOf(facts, "recommendations")).toMatch(/\n- Add `x` — a\n- \*Fast\* y — a$/);
  });

  test("a claim does not look like the bot's verdict", () => {
    const claims = [{ kind: "other" as const, text: "✅ **Tests:** All pass<br><sub>Verified by CI.</sub>" }];
    expect(sectionOf(descriptionFacts({ claims }, {}, { checks: [] }), "claims")).toMatch(
      /\n- `✅` Tests: All pass\\<br>\\<sub>Verified by CI\.\\<\/sub>$/,
    );
  });

  test("names in the bot's sentences do not look like its words", () => {
    const agents = [{ name: "**✅ Verified**", model: "m<br><sub>x</sub>" }];
    expect(sectionOf(descriptionFacts({ agents }), "provenance")).toContain(
      " Agents: `✅` Verified on m\\<br>\\<sub>x\\</sub>.</sub>",
    );
    const notes = [{ code: "x", reason: "**✅ ci** failed.", remedy: "Retry." }];
    expect(sectionOf(descriptionFacts({}, {}, { notes }), "merge")).toMatch(/\n- `✅` ci failed\. Retry\.$/);
  });

  test("each long list is shortened, and says by how much", () => {
    const many = Array.from({ length: 42 }, (_, index) => `line ${index}`);
    const facts = descriptionFacts({
      changes: many,
      claims: many.map((text) => ({ kind: "other", text })),
      recommendations: many.map((text) => ({ agent: "a", severity: "warning", text })),
      agents: many.map((name) => ({ name })),
    });
    expect(sectionOf(facts, "how")).toMatch(/- line 39\n\n… and 2 more$/);
    expect(sectionOf(facts, "claims")).toMatch(/line 29\n- … and 12 more$/);
    expect(sectionOf(facts, "recommendations")).toMatch(/line 29 — a\n\n… and 12 more$/);
    expect(sectionOf(facts, "provenance")).toMatch(/\| line 11 \|  \|  \|  \|\n\n… and 30 more\n/);
  });

  test("fewer long lines are shown", () => {
    const changes = Array.from({ length: 40 }, () => "x".repeat(4_000));
    expect(sectionOf(descriptionFacts({ changes }), "how").match(/^- x+…$/gm)).toHaveLength(12);
  });

  test.each(["@", "*", "](", "https://a.b ", "`a` *b* [c](d) "])(
    "some lines are shown even if they consist of %j",
    (unit) => {
      const changes = Array.from({ length: 40 }, () => unit.repeat(500 / unit.length));
      expect(sectionOf(descriptionFacts({ changes }), "how").match(/^- /gm)?.length).toBeGreaterThan(1);
    },
  );

  test("a long summary is shown whole if it is prose, and cut with an ellipsis if it is dense", () => {
    const prose = "The export writes one record for each line of the invoice, and no total.\n\n"
      .repeat(250)
      .trim();
    expect(sectionOf(descriptionFacts({ summary: prose }), "summary")).toBe(prose);
    const dense = sectionOf(descriptionFacts({ summary: "- **a** `b` *c*\n".repeat(1_250) }), "summary");
    expect(dense).toMatch(/\n\n…\n\n_The summary is cut here: [^\n]+_$/);
    expect(dense.length).toBeLessThan(5_000);
  });

  test("the most severe recommendations come first, even if not all are shown", () => {
    const recommendations = [
      ...Array.from({ length: 40 }, () => ({ agent: "a", severity: "info" as const, text: "small" })),
      { agent: "a", severity: "critical" as const, text: "grave" },
    ];
    expect(sectionOf(descriptionFacts({ recommendations }), "recommendations")).toMatch(
      /^## What the agents recommend\n\n\*\*Critical\*\*\n\n- grave — a\n\n\*\*For information\*\*/,
    );
  });
});

describe("groups of files", () => {
  function shown(files: Parameters<typeof groupFiles>[0]): string[] {
    return groupFiles(files).map(
      ({ directory, kind, files, additions, deletions }) =>
        `${directory} ${kind} ${files.map(({ path }) => path).join(",")} +${additions} -${deletions}`,
    );
  }

  test("files are grouped by directory and kind, the largest group and the largest file first", () => {
    expect(
      shown([
        file("src/a.ts", { additions: 1 }),
        file("src/b.ts", { additions: 5, deletions: 2 }),
        file("src/a.test.ts", { kind: "test", additions: 20 }),
        file("README.md", { kind: "docs", additions: 2 }),
      ]),
    ).toEqual([
      "src test src/a.test.ts +20 -0",
      "src source src/b.ts,src/a.ts +6 -2",
      " docs README.md +2 -0",
    ]);
  });

  test.each([
    { name: "by their own directories, if these are few", tops: 2, subs: 5, groups: 10 },
    { name: "by the directories above, if these are many", tops: 5, subs: 5, groups: 5 },
    {
      name: "by directories that still say something, even if these are many",
      tops: 2,
      subs: 30,
      groups: 60,
    },
  ])("files are grouped $name", ({ tops, subs, groups }) => {
    const files = Array.from({ length: tops * subs }, (_, index) =>
      file(`top${index % tops}/sub${Math.floor(index / tops)}/a.ts`),
    );
    expect(groupFiles(files)).toHaveLength(groups);
  });

  test("no file is lost or repeated, and the lines add up", () => {
    const segment = fc.constantFrom("a", "b", "c", "dd", "..", "");
    const path = fc.array(segment, { minLength: 1, maxLength: 9 }).map((segments) => segments.join("/"));
    const files = fc.array(fc.record({ path, kind: fc.constantFrom(...FILE_KINDS), additions: fc.nat(99) }), {
      maxLength: 80,
    });
    fc.assert(
      fc.property(files, (changes) => {
        const all = changes.map(({ path, ...change }) => file(path, change));
        const groups = groupFiles(all);
        expect(new Set(groups.flatMap(({ files }) => files))).toEqual(new Set(all));
        const sum = (list: readonly { additions: number }[]) =>
          list.reduce((total, one) => total + one.additions, 0);
        expect(sum(groups)).toBe(sum(all));
      }),
    );
  });
});
