import { describe, expect, test } from "@jest/globals";
import type { DescriptionFacts } from "../../../src/descriptions/rules/description-facts.ts";
import { descriptionFacts, NO_REQUIREMENTS, sectionOf } from "./description-facts.ts";

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
  ])("of a merge into $base are shown as: $says", ({ base, issues, says }) => {
    expect(sectionOf(descriptionFacts({ issues }, {}, { base }), "issues")).toBe(says);
  });
});

describe("claims", () => {
  const claims = [{ kind: "tests" as const, text: "All pass" }];
  test.each<{ name: string; checks: DescriptionFacts["checks"]; says: string }>([
    {
      name: "checks were not asked for",
      checks: null,
      says: "Claimed by the agents, not verified:\n\n- **Tests:** All pass",
    },
    {
      name: "there is no check",
      checks: [],
      says: "Not verified by CI yet (`1234567`):\n\n- **Tests:** All pass",
    },
    {
      name: "four checks contradict it, of which three are named",
      checks: ["a", "b", "c", "d"].map((name) => ({
        name: `test ${name}`,
        state: "failed",
        id: null,
        description: null,
        conclusion: "failure",
        url: null,
        required: false,
      })),
      says: "- ❌ **Tests:** All pass<br><sub>Contradicted by CI: `test a`, `test b`, `test c` and 1 more failed on `1234567`.</sub>",
    },
    {
      name: "the check was skipped",
      checks: [
        {
          id: null,
          description: null,
          name: "test",
          state: "passed",
          conclusion: "skipped",
          url: null,
          required: false,
        },
      ],
      says: "- **Tests:** All pass<br><sub>Not verified: `test` was skipped or cancelled on `1234567`.</sub>",
    },
  ])("are shown as they are where $name", ({ checks, says }) => {
    expect(sectionOf(descriptionFacts({ claims }, {}, { checks }), "claims")).toBe(
      `## What the agents claim\n\n${says}`,
    );
  });
});

test("of what no check can know it is not said that none speaks of it yet", () => {
  const facts = descriptionFacts({ claims: [{ kind: "other", text: "It is fast" }] }, {}, { checks: [] });
  expect(sectionOf(facts, "claims")).toBe(
    "## What the agents claim\n\nClaimed by the agents, not verified:\n\n- It is fast",
  );
});

describe("before merging", () => {
  test.each<{ name: string; others: Partial<DescriptionFacts>; says: string }>([
    { name: "nothing is needed", others: { requirements: NO_REQUIREMENTS }, says: "" },
    { name: "nobody asked", others: {}, says: "" },
    {
      name: "one approval",
      others: { requirements: { ...NO_REQUIREMENTS, approvals: 1 } },
      says: "- 1 approval",
    },
    {
      name: "the code owners alone",
      others: { requirements: { ...NO_REQUIREMENTS, codeOwnerReview: true } },
      says: "- Approval from a code owner if the files have one",
    },
    {
      name: "a check, where checks were not asked for",
      others: { requirements: { ...NO_REQUIREMENTS, checks: [{ context: "ci", appId: null }] } },
      says: "- `ci` passes",
    },
    {
      name: "up to date, which it is",
      others: { requirements: { ...NO_REQUIREMENTS, upToDate: true } },
      says: "- ✅ Branch up to date with `main`",
    },
    {
      name: "behind, where nothing asks for it",
      others: { comparison: { behindBy: 1 } },
      says: "1 commit behind `main`.",
    },
  ])("$name: $says", ({ others, says }) => {
    expect(sectionOf(descriptionFacts({}, {}, others), "merge")).toBe(
      says === "" ? "" : `## Before merging\n\n${says}`,
    );
  });
});

test("a text of nothing but characters that can't be seen is shown as an ellipsis", () => {
  const facts = descriptionFacts({ changes: ["\u200b"], agents: [{ name: "\u200b" }] });
  expect(sectionOf(facts, "how")).toBe("## How\n\n- …");
  expect(sectionOf(facts, "provenance")).toContain(" ….</sub>");
});

test("each list is shortened, and says by how much", () => {
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

test("of long lines, fewer are shown", () => {
  const changes = Array.from({ length: 40 }, () => "x".repeat(4_000));
  expect(sectionOf(descriptionFacts({ changes }), "how").match(/^- x+…$/gm)).toHaveLength(12);
});

test.each(["@", "*", "](", "https://a.b ", "`a` *b* [c](d) "])(
  "of lines of nothing but %j, some are shown all the same",
  (unit) => {
    const changes = Array.from({ length: 40 }, () => unit.repeat(500 / unit.length));
    expect(sectionOf(descriptionFacts({ changes }), "how").match(/^- /gm)?.length).toBeGreaterThan(1);
  },
);

test("a long summary is shown whole where it is prose, and cut with an ellipsis where it is dense", () => {
  const prose = "The export writes one record for each line of the invoice, and no total.\n\n"
    .repeat(250)
    .trim();
  expect(sectionOf(descriptionFacts({ summary: prose }), "summary")).toBe(prose);
  const dense = sectionOf(descriptionFacts({ summary: "- **a** `b` *c*\n".repeat(1_250) }), "summary");
  expect(dense).toMatch(/\n\n…$/);
  expect(dense.length).toBeLessThan(5_000);
});

test("the gravest recommendations come first, also where not all are shown", () => {
  const recommendations = [
    ...Array.from({ length: 40 }, () => ({ agent: "a", severity: "info" as const, text: "small" })),
    { agent: "a", severity: "critical" as const, text: "grave" },
  ];
  expect(sectionOf(descriptionFacts({ recommendations }), "recommendations")).toMatch(
    /^## What the agents recommend\n\n\*\*Critical\*\*\n\n- grave — a\n\n\*\*For information\*\*/,
  );
});
