import { fileURLToPath } from "node:url";
import { describe as group, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { ChangedFile, Comparison } from "../../src/github/comparison.ts";
import { describe } from "../../src/pull-requests/rules/describe.ts";
import { fitBody } from "../../src/pull-requests/rules/fit-body.ts";
import { refreshSections } from "../../src/pull-requests/rules/sections.ts";
import type { Completion } from "../../src/signals/signal.ts";
import { ownWords } from "../../src/text/safe.ts";
import { Templates } from "../../src/text/templates.ts";
import { hostileMarkdown } from "../text/hostile-markdown.ts";
import { MINIMAL_COMPLETION, SMALL_COMPARISON } from "./completion.ts";

const templates = new Templates(fileURLToPath(new URL("../../templates", import.meta.url)));
/** GitHub takes 65 536; the bot leaves room for what people add. */
const BODY_CHARACTERS_MAX = 60_000;
const marker = ownWords("<!-- orb:pull-request MARKER -->");

function render(completion: Partial<Completion>, comparison: Partial<Comparison> = {}, scale = 1) {
  const facts = {
    completion: { ...MINIMAL_COMPLETION, ...completion },
    comparison: { ...SMALL_COMPARISON, ...comparison },
    marker,
  };
  return templates.render("pull-request/description", describe(facts, scale));
}

/** What stands between the markers of a section. */
function section(body: string, name: string): string {
  return body.split(`<!-- orb:${name}:start -->`)[1]?.split(`<!-- orb:${name}:end -->`)[0]?.trim() ?? "";
}

function file(path: string, change: Partial<ChangedFile> = {}): ChangedFile {
  return { path, previousPath: null, status: "modified", additions: 1, deletions: 0, ...change };
}

test("everything that a completion can say is shown", () => {
  const body = render(
    {
      summary: "Exports invoices as CSV, for @octocat.\n\n```ts\nfirst();\n\n\nsecond();\n```",
      issues: [1, 12],
      changes: ["Add an export", "Escape a | b"],
      recommendations: [
        { agent: "architect", severity: "info", text: "Totals are left out on purpose." },
        { agent: "security-reviewer", severity: "critical", text: "Keep the guard on." },
        { agent: "test-writer", severity: "info", text: "Try it in a spreadsheet." },
      ],
      claims: [{ kind: "tests", text: "All 22 tests pass" }],
      agents: [
        { name: "implementer", model: "large-1", durationMs: 248_700, costUsd: 0.6 },
        { name: "reviewer", durationMs: 900 },
        { name: "solo" },
      ],
      requestedBy: "tom-de-vries",
    },
    {
      files: [
        file("README.md"),
        file("src/a|b.ts", { status: "renamed", previousPath: "src/old.ts", additions: 40, deletions: 2 }),
      ],
    },
  );
  expect(body.replaceAll("\u200b", "¦")).toMatchInlineSnapshot(`
"<!-- orb:summary:start -->

Exports invoices as CSV, for @¦octocat.

\`\`\`ts
first();


second();
\`\`\`

Closes #1
Closes #12

<!-- orb:summary:end -->

<!-- orb:changes:start -->

## Changes

- Add an export
- Escape a \\| b

<!-- orb:changes:end -->

<!-- orb:files:start -->

## Files

2 files, **+41 −2**

| File | | + | − |
| --- | --- | ---: | ---: |
| \`src/a\\|b.ts\` | renamed from \`src/old.ts\` | 40 | 2 |
| \`README.md\` | modified | 1 | 0 |

<!-- orb:files:end -->

<!-- orb:recommendations:start -->

## What the agents recommend

**Critical**

- Keep the guard on. — security-reviewer

**For information**

- Totals are left out on purpose. — architect
- Try it in a spreadsheet. — test-writer

<!-- orb:recommendations:end -->

<!-- orb:claims:start -->

## What the agents claim

Said by the agents, not verified:

- tests: All 22 tests pass

<!-- orb:claims:end -->

<!-- orb:provenance:start -->

---

<sub>Written by AI agents for project \`csv-export-1\`, at the request of \`tom-de-vries\`; opened by Orb bot. Agents: implementer on large-1, 4 min 9 s, $0.60; reviewer, 1 s; solo.</sub>

<!-- orb:provenance:end -->
<!-- orb:pull-request MARKER -->"
`);
});

test("a completion that says nothing leaves no empty heading, table or list", () => {
  expect(render({}, { files: [] })).toMatchInlineSnapshot(`
"<!-- orb:summary:start -->

_The agents gave no summary._

<!-- orb:summary:end -->

<!-- orb:changes:start -->
<!-- orb:changes:end -->

<!-- orb:files:start -->

## Files

No file changes.

<!-- orb:files:end -->

<!-- orb:recommendations:start -->
<!-- orb:recommendations:end -->

<!-- orb:claims:start -->
<!-- orb:claims:end -->

<!-- orb:provenance:start -->

---

<sub>Written by AI agents for project \`csv-export-1\`; opened by Orb bot.</sub>

<!-- orb:provenance:end -->
<!-- orb:pull-request MARKER -->"
`);
});

group("files", () => {
  test.each([
    { name: "one file", comparison: { files: [file("a")] }, says: "1 file, **+1 −0**" },
    { name: "two files", comparison: { files: [file("a"), file("b")] }, says: "2 files, **+2 −0**" },
    {
      name: "more than GitHub lists",
      comparison: { files: [file("a"), file("b")], filesTruncated: true },
      says: "At least 2 files; GitHub lists no more, and in those: **+2 −0**",
    },
  ])("$name: $says", ({ comparison, says }) => {
    expect(section(render({}, comparison), "files")).toContain(`## Files\n\n${says}\n\n| File |`);
  });

  test("the largest come first, and those that are not shown are counted", () => {
    const files = Array.from({ length: 103 }, (_, index) => file(`f${index}`, { additions: index }));
    const shown = section(render({}, { files }), "files");
    expect(shown.match(/^\| `f.*$/gm)?.map((row) => row.split("`")[1])).toEqual(
      Array.from({ length: 100 }, (_, index) => `f${102 - index}`),
    );
    expect(shown.endsWith("\n\n… and 3 more; the largest are shown")).toBe(true);
  });
});

test("each list is shortened, and says by how much", () => {
  const many = Array.from({ length: 42 }, (_, index) => `line ${index}`);
  const body = render({
    changes: many,
    claims: many.map((text) => ({ kind: "other", text })),
    recommendations: many.map((text) => ({ agent: "a", severity: "warning", text })),
    agents: many.map((name) => ({ name })),
  });
  for (const name of ["changes", "claims", "recommendations"]) {
    expect(section(body, name).endsWith("\n- … and 2 more")).toBe(true);
    expect(section(body, name).match(/^- .*line/gm)).toHaveLength(40);
  }
  expect(section(body, "provenance")).toContain("line 39; and 2 more.</sub>");
});

test("a text of nothing but characters that can't be seen is shown as an ellipsis", () => {
  const body = render({ changes: ["\u200b"], agents: [{ name: "\u200b" }] });
  expect(section(body, "changes")).toBe("## Changes\n\n- …");
  expect(section(body, "provenance")).toContain("Agents: ….</sub>");
});

test("a description keeps to its sections, whatever the agents and the files say", () => {
  fc.assert(
    fc.property(hostileMarkdown, hostileMarkdown, (text, path) => {
      const texts = {
        summary: text,
        changes: [text],
        claims: [{ kind: "tests" as const, text }],
        recommendations: [{ agent: text, severity: "info" as const, text }],
        agents: [{ name: text, model: text }],
      };
      const body = render(texts, { files: [file(path, { previousPath: path })] });
      expect(body.match(/<!--\s*orb:/g)).toHaveLength(13);
      const blank = render({});
      expect(refreshSections(refreshSections(body, blank), body)).toBe(body);
    }),
  );
});

group("size", () => {
  const line = "*_[".repeat(1_300);
  const largest = {
    summary: "*a* [b](https://c.d) <i> ".repeat(4_000),
    changes: Array.from({ length: 500 }, () => line),
    claims: Array.from({ length: 500 }, () => ({ kind: "other" as const, text: line })),
    recommendations: (["critical", "warning", "info"] as const).flatMap((severity) =>
      Array.from({ length: 166 }, () => ({ agent: line, severity, text: line })),
    ),
    agents: Array.from({ length: 500 }, () => ({ name: line, model: line })),
    issues: Array.from({ length: 500 }, (_, index) => Number.MAX_SAFE_INTEGER - index),
  };
  const files = Array.from({ length: 300 }, (_, index) => file(`${"`".repeat(190)}${index}`));

  test("the largest completion there can be fits", () => {
    expect(render(largest, { files }).length).toBeGreaterThan(BODY_CHARACTERS_MAX);
    const body = fitBody((scale) => render(largest, { files }, scale), 1);
    expect(body.length).toBeLessThanOrEqual(BODY_CHARACTERS_MAX);
    expect(section(body, "files")).toMatch(/… and \d+ more; the largest are shown$/);
  });

  test("what fits is rendered once, at the scale that was asked for", () => {
    const scales: number[] = [];
    const body = fitBody((scale) => {
      scales.push(scale);
      return ownWords("x".repeat(BODY_CHARACTERS_MAX));
    }, 0.25);
    expect({ scales, length: body.length }).toEqual({ scales: [0.25], length: BODY_CHARACTERS_MAX });
  });

  test("what does not fit is rendered at half the scale until it does", () => {
    const scales: number[] = [];
    fitBody((scale) => {
      scales.push(scale);
      return ownWords("x".repeat(Math.round(200_000 * scale)));
    }, 1);
    expect(scales).toEqual([1, 0.5, 0.25]);
  });

  test("what never fits is not tried for ever", () => {
    let times = 0;
    fitBody(() => {
      times++;
      return ownWords("x".repeat(BODY_CHARACTERS_MAX + 1));
    }, 1);
    expect(times).toBe(7);
  });
});
