import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import { composeBody } from "../../../src/descriptions/rules/compose-body.ts";
import type { DescriptionFacts } from "../../../src/descriptions/rules/description-facts.ts";
import { findSections } from "../../../src/descriptions/rules/marked/section-marks.ts";
import { hostileMarkdown } from "../text/hostile-markdown.ts";
import { liveParts } from "../text/rendered.ts";
import { descriptionFacts, file, MARKER, render } from "./description-facts.ts";

const PATH = ".github/pull_request_template.md";

function compose(template: string, facts: DescriptionFacts) {
  const layout = { kind: "fill", path: PATH, template } as const;
  return composeBody(facts, { layout, marker: MARKER, render, inCheckRun: false });
}

/** The visible text: without the hidden lines, and without the footer of the bot. */
function fill(template: string, facts: DescriptionFacts): string {
  return compose(template, facts)
    .body.replaceAll(/<!--.*?-->\n?/g, "")
    .replaceAll(/\n{3,}/g, "\n\n")
    .replace(/<sub>🤖[\s\S]*/, "")
    .replaceAll("\u200b", "¦")
    .trim();
}

const FEATURE = descriptionFacts(
  {
    summary: "Exports invoices as CSV.",
    changes: ["Add an export"],
    issues: [7],
    claims: [{ kind: "tests", text: "All 22 tests pass" }],
  },
  {
    files: [
      file("src/csv.ts", { status: "added", additions: 40 }),
      file("test/csv.test.ts", { kind: "test", status: "added", additions: 20 }),
    ],
  },
);

test("a template is filled in: sections below its headings, boxes that the change proves, the rest at the end", () => {
  const template = `<!-- Thank you! -->

## Description

<!-- What and why? -->

## Type of change

- [ ] Bug fix
- [ ] New feature
- [ ] Breaking change (fix or feature that breaks)

## How has this been tested?

Please describe.

## Screenshots

## Issues

Fixes #

## Checklist

- [x] I have read the contributing guide
- [ ] Tests added
- [ ] Documentation updated
`;
  expect(fill(template, FEATURE)).toMatchInlineSnapshot(`
"## Description

Exports invoices as CSV.

## Type of change

- [ ] Bug fix
- [x] New feature
- [ ] Breaking change (fix or feature that breaks)

## How has this been tested?

Please describe.

1 test file added: **+20 −0** in \`test/csv.test.ts\`

Claimed by the agents, not verified:

- **Tests:** All 22 tests pass

## Screenshots

_The agents gave none._

## Issues

F¦ixes #

- Closes #7

## Checklist

- [ ] I have read the contributing guide
- [x] Tests added
- [ ] Documentation updated

_The bot ticked what the change itself proves. The other boxes are for people._

## How

- Add an export

## Files

2 files, **+60 −0**

| File | Kind | Change | + | − |
| --- | --- | --- | ---: | ---: |
| \`src/csv.ts\` | source | added | 40 | 0 |
| \`test/csv.test.ts\` | tests | added | 20 | 0 |"
`);
});

test("bold headings are filled in too", () => {
  expect(fill("**What**\n\n**How**", FEATURE)).toMatch(
    /^\*\*What\*\*\n\nExports[\s\S]*Closes #7\n\n\*\*How\*\*\n\n- Add an export/,
  );
});

test("an empty section below a heading of the template says that it is empty", () => {
  const silent = descriptionFacts({}, { files: [] });
  expect(fill("# Tests\n\n# Risk\n\n# Issues\n\n# How", silent)).toMatch(
    /# Tests\n\n_No tests and no source files change\._\n\n# Risk\n\n_Nothing shows .*_\n\n# Issues\n\n_No issues named\._\n\n# How\n\n_The agents say nothing about this\._/,
  );
});

test("a second heading for the same section is not left empty", () => {
  expect(fill("# What\n\n# Why", FEATURE)).toContain("# Why\n\n_Answered above._");
  expect(fill("# What\n\n# Why\n\nTheir words.", FEATURE)).toContain("# Why\n\nTheir words.");
});

test("the summary comes first if the template has no heading for it", () => {
  expect(fill("Their words.\n\n# Tests", FEATURE)).toMatch(
    /^Exports invoices as CSV\.\n\n- Closes #7\n\nTheir words\.\n\n# Tests\n\n1 test file added/,
  );
  expect(fill("", FEATURE)).toMatch(/^Exports invoices as CSV\.\n\n- Closes #7\n\n## What the agents claim/);
});

test("text in the template that GitHub would act on is made harmless and kept", () => {
  expect(fill("# What\n\ncc @octo/team, fixes #3, ![x](http://x.y)\n\n* *a* `b`", FEATURE)).toMatch(
    /^# What\n\ncc @¦octo\/team, f¦ixes #3, .*x.*\n\n- \*a\* `b`\n\nExports/,
  );
});

test("every section is there once and remembered, even if it is empty", () => {
  const { body, problems } = compose("# What\n\n# Tests", FEATURE);
  expect(problems).toEqual([]);
  expect(new Set(findSections(body).map(({ name }) => name))).toEqual(
    new Set(
      "summary issues risk claims tests how recommendations plan merge siblings files provenance footer".split(
        " ",
      ),
    ),
  );
  expect(findSections(body)).toHaveLength(13);
});

describe("our own layout is used, and the reason reported,", () => {
  test.each([
    { name: "if the template is too long", template: "x".repeat(20_001), code: "template_too_long" },
    { name: "if it leaves no room", template: "word ".repeat(12_500), code: "template_too_long" },
    {
      name: "if it has too many headings",
      template: "# A\n\n".repeat(61),
      code: "template_tangled",
    },
    { name: "if it takes too long to read", template: "- a\n".repeat(400), code: "template_tangled" },
    { name: "if it is too complex", template: "*_".repeat(2_000), code: "template_tangled" },
  ])("$name", ({ template, code }) => {
    const { body, problems } = compose(template, FEATURE);
    expect(problems.map((problem) => problem.code)).toEqual([code]);
    expect(problems[0]?.reason).toContain(PATH);
    expect(body).toMatch(/^<!-- orb:summary:start -->\n\nExports/);
  });
});

test("any template gets each section once, and nothing in it is live", () => {
  const policy = { ...descriptionFacts().policy, closes: FEATURE.completion.issues ?? [] };
  const own = new Set(liveParts(fill("", FEATURE), policy));
  fc.assert(
    fc.property(hostileMarkdown, (template) => {
      const { body, problems } = compose(template, FEATURE);
      expect(problems).toEqual([]);
      expect(findSections(body)).toHaveLength(13);
      expect(body.match(/<!--\s*orb/g)).toHaveLength(13 * 2 + 3);
      const shown = fill(template, FEATURE).replaceAll("¦", "\u200b");
      // Headings and their levels are the template's own.
      const acting = liveParts(shown, policy).filter((part) => !own.has(part) && !part.startsWith("heading"));
      expect(acting).toEqual([]);
    }),
    sampledInputs({ all: 100, sample: 20 }),
  );
});
