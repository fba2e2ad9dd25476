import { describe, expect, test } from "../../support/testing.ts";
import { composeBody } from "../../../src/descriptions/rules/compose-body.ts";
import { findSections } from "../../../src/descriptions/rules/marked/section-marks.ts";
import { descriptionFacts, MARKER, render } from "./description-facts.ts";

const OVERFLOW_CHARACTERS_MAX = 65_535;
const NOTICE = "_The summary is cut here. The rest is in the check run of Orb bot._";

const ORDINARY = `## What changed

The **export** writes one record for each line now. See [the docs](https://github.com/o/r) and \`src/csv.ts\`.

- \`toCsv()\` quotes fields with commas, *as RFC 4180 says*
- \`writeFile()\` is **atomic** now
  - and renames its temporary file
- Tests for \`parseRow\`, \`parseHeader\` and _all_ edge cases (#12, #13)

| Case | Before | After |
| --- | --- | --- |
| empty | crash | \`""\` |

\`\`\`ts
const rows = data.map((row) => row.join(","));
\`\`\`

1. First run \`npm ci\`
2. Then \`npm test\`

> It took a while, but it works.

`;

function compose(summary: string, { inCheckRun = true } = {}) {
  const given = { layout: { kind: "own" }, marker: MARKER, render, inCheckRun } as const;
  const { body, overflow } = composeBody(descriptionFacts({ summary }), given);
  const [section] = findSections(body);
  return { shown: body.slice(section?.contentFrom, section?.contentTo).trim(), overflow };
}

describe("a long summary", () => {
  test.each([
    ["ordinary Markdown", ORDINARY.repeat(20).slice(0, 8_100)],
    ["a list of changes", "- **Change** the `name` in [its file](https://github.com/o/r/a.ts)\n".repeat(130)],
    ["a log", `\`\`\`\n${"ok 12 - src/csv.test.ts > quotes a field\n".repeat(200)}\`\`\`\n`],
    [
      "code of C",
      `\`\`\`c\n${"  if (a[i] && b[i] < c[i]) { d[i] = e[i] * f; } // see #1\n".repeat(135)}\`\`\``,
    ],
    ["code in a list", `1. Run\n\n   \`\`\`c\n${"   x = a[i] * b[i] && ~c | d_e_f;\n".repeat(230)}   \`\`\``],
    [
      "steps with code",
      "### Step 1\n\n- **What**: `a.ts`\n- **Why**: see [doc](d.md)\n\n```ts\nconst a = b[0];\n```\n\n".repeat(
        94,
      ),
    ],
    ["short items", "- **Item 5**: fixes the `foo` bug\n".repeat(240)],
  ])("of 8 kB is whole: %s", (_what, text) => {
    const summary = `${text}\n\nThe end.`;
    const { shown, overflow } = compose(summary);
    expect(shown).toMatch(/The end\.$/);
    expect(overflow).toBeNull();
  });

  test.each([
    ["long", (index: number) => `word${index}, which is not the last one of this very long summary. `],
    ["dense", (index: number) => `- **word${index}** \`b\` [c](d.md) *e*\n`],
  ])("that is too %s says that it is cut, and the overflow has the rest as code", (_how, unit) => {
    const words = Array.from({ length: 900 }, (_, index) => unit(index)).join("");
    const summary = `${words}\n@octocat\n/lgtm\nThe end.`;
    const { shown, overflow } = compose(summary);
    expect(shown.endsWith(`…\n\n${NOTICE}`)).toBe(true);
    expect(overflow).toMatch(/^The rest of the summary:\n\n```\n[^]*\n@octocat\n\/lgtm\nThe end\.\n```$/);
    const last = Number(
      shown
        .match(/word\d+/g)
        ?.at(-1)
        ?.slice(4),
    );
    const first = Number(/word(\d+)/.exec(overflow ?? "")?.[1]);
    expect(last).toBeGreaterThan(100);
    expect(first - last).toBeLessThanOrEqual(1);
  });

  test.each([
    ["words", "word ".repeat(90_000), /…\n```\n\n_The rest is left out: GitHub allows no more text here\._$/],
    [
      "backticks, which need a fence as long as they are",
      "`".repeat(400_000),
      /`…\n`+\n\n_The rest is left out: GitHub allows no more text here\._$/,
    ],
  ])("whose rest does not fit into a check run is cut there too: %s", (_what, summary, end) => {
    const { overflow } = compose(summary);
    expect(overflow?.length).toBeLessThanOrEqual(OVERFLOW_CHARACTERS_MAX);
    expect(overflow).toMatch(end);
  });

  test("without a check run, the cut summary does not name one", () => {
    const { shown } = compose("word ".repeat(5_000), { inCheckRun: false });
    expect(shown).toMatch(
      /…\n\n_The summary is cut here: it is too long or too complex to be shown whole\._$/,
    );
  });
});
