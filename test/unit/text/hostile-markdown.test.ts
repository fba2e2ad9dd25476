import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "../../support/testing.ts";
import { parse } from "yaml";
import { z } from "zod";
import {
  sanitizeCode,
  sanitizeInline,
  sanitizeMarkdown,
  sanitizeText,
} from "../../../src/text/markdown/sanitize.ts";
import { effortOf } from "../../support/effort.ts";
import { sampled } from "../../support/sample.ts";
import { POLICY } from "./policies.ts";
import { liveParts, renderedLast } from "./rendered.ts";

describe("the corpus of hostile Markdown", () => {
  const FOLDER = new URL("../../../fixtures/hostile-markdown/", import.meta.url);
  const NO_LIMIT = 1_000_000;
  const CASES_MIN = 150;

  const cases = z.array(z.strictObject({ name: z.string(), in: z.string(), out: z.string().optional() }));

  /** Shows invisible characters as their code numbers. */
  function unseen(text: string): string {
    return text.replaceAll(/⟦([0-9a-f]{1,6})⟧/g, (_, code: string) =>
      String.fromCodePoint(Number.parseInt(code, 16)),
    );
  }

  const corpus = readdirSync(FOLDER)
    .filter((file) => file.endsWith(".yaml"))
    .flatMap((file) =>
      cases
        .parse(parse(readFileSync(new URL(file, FOLDER), "utf8")))
        .map(({ name, in: text, out = text }) => ({
          name: `${file.replace(".yaml", "")}: ${name}`,
          text: unseen(text),
          expected: unseen(out),
        })),
    );

  test.each(corpus)("$name", ({ text, expected }) => {
    const sanitized = sanitizeMarkdown(text, NO_LIMIT, POLICY);
    expect(sanitized).toBe(expected);
    expect(liveParts(sanitized, POLICY)).toEqual([]);
    expect(sanitizeMarkdown(sanitized, NO_LIMIT, POLICY)).toBe(sanitized);
    expect(renderedLast(`${sanitized}\n\nThe end`)).toBe("The end");
  });

  test("the corpus is not empty, and no case is repeated", () => {
    expect(corpus.length).toBeGreaterThanOrEqual(CASES_MIN);
    expect(new Set(corpus.map(({ name }) => name)).size).toBe(corpus.length);
  });
});

describe("the cost of sanitising", () => {
  const CHARACTERS = 100_000;
  /** The most characters of a summary that are read. */
  const SUMMARY_CHARACTERS = 20_000;
  /** Many times the slowest case, so that only a cost that grows with the square of the length is found. */
  const EFFORT_MAX = 300;
  /** The largest signal, and more than any caller sanitises. */
  const MEBIBYTE = 1_048_576;

  function filledWith(unit: string, characters: number): string {
    return unit.repeat(Math.ceil(characters / unit.length)).slice(0, characters);
  }

  function expectBoundedEffort(act: () => unknown): void {
    expect(effortOf(act, { atMost: EFFORT_MAX })).toBeLessThan(EFFORT_MAX);
  }

  const UNITS = [
    "@ a@ a/ fix. # github.com/ ghp_ https://a. [ ] ![ [a]( [^1] | < <!-- & *a_ * ` > \\",
    "<b> </b> <details>␣ eyJ eyJ- :// a://b: user:p@ xmpp:a@b.c␣ www.x.y␣ #7,␣ fix␣#7,␣ [a](https://x.y)␣ ftp: \\href",
    "@a␣ a/b#1␣ fix␣ fix␣: <!--␣orb: 1.␣ -␣ -----BEGIN␣PRIVATE␣KEY----- ␣",
  ]
    .flatMap((line) => line.split(" "))
    .map((unit) => unit.replaceAll("␣", " "));

  const ALL_UNITS = [...UNITS, "[a]: b\n", "\t", "\n", "\u200b", "\u001b]", "\u001b[", "\u001b]0;"];

  const SOME_UNITS = ALL_UNITS.filter((_, index) => index % 24 === 0);

  test.each(sampled("repeated texts of a line", ALL_UNITS, SOME_UNITS))(
    "100 000 characters of %j are cheap to sanitise as a line",
    (unit) => {
      const text = filledWith(unit, CHARACTERS);
      for (const sanitize of [sanitizeInline, sanitizeCode, sanitizeText]) {
        expectBoundedEffort(() => sanitize(text, CHARACTERS, POLICY));
      }
    },
  );

  const LONG_UNITS = ["@", "a/", "[", "fix ", "fix.", "a\n\n", "- a\n"] as const;

  test.each(sampled("texts of a mebibyte", LONG_UNITS, ["fix "]))(
    "a mebibyte of %j is cheap to sanitise",
    (unit) => {
      const text = filledWith(unit, MEBIBYTE);
      for (const sanitize of [sanitizeMarkdown, sanitizeInline, sanitizeCode, sanitizeText]) {
        expectBoundedEffort(() => sanitize(text, MEBIBYTE, POLICY));
      }
    },
  );

  test.each(sampled("repeated texts of a summary", ALL_UNITS, SOME_UNITS))(
    "a summary that repeats %j is cheap to sanitise as Markdown",
    (unit) => {
      const text = filledWith(unit, SUMMARY_CHARACTERS);
      expectBoundedEffort(() => sanitizeMarkdown(text, CHARACTERS, POLICY));
    },
  );

  const SHAPES = {
    "a keyword far from the next word": `fix${filledWith(" ", CHARACTERS)}x`,
    "nested emphasis": `${"*a ".repeat(740)}x${" b*".repeat(740)}`,
    "nested lists": Array.from({ length: 140 }, (_, depth) => `${"  ".repeat(depth)}- a`).join("\n"),
    "lines that continue a quotation lazily": `> a${"\na".repeat(9_000)}`,
    details: "<details>\n<summary>a</summary>\n\nb\n\n</details>\n\n".repeat(300),
    "details that are never closed": "<details><summary>".repeat(1_100),
    "tags that are never closed": "<b>".repeat(6_600),
    "empty lines": "a\n\n".repeat(6_600),
    "numbers to close": `fixes ${"#7, ".repeat(4_900)}`,
    quotations: "> a\n\n".repeat(1_000),
    "comments that are never closed": "x <!--\n".repeat(2_000),
    "nested footnotes": "[^a]: ".repeat(3_000),
    tables: "|a|b|\n|-|-|\n\n".repeat(1_500),
    lists: "- a\n- b\n\n1. c\n\n".repeat(1_200),
    headings: "# a\n\n".repeat(3_000),
    "short code": "`a``b```".repeat(2_500),
    links: "[a](b) ".repeat(1_400),
    "a reference repeated": `[a]: http://${"x".repeat(9_000)}\n\n${"[a] ".repeat(1_400)}`,
    "a row wider than all others": `|a|b|\n|-|-|\n|${"x".repeat(9_000)}|\n${"|b\n".repeat(900)}`,
    "a header wider than all rows": `${"|a".repeat(3_000)}|\n${"|-".repeat(3_000)}|\n${"|b\n".repeat(900)}`,
  } as const;

  test.each(
    sampled("shapes of a summary", Object.keys(SHAPES) as (keyof typeof SHAPES)[], [
      "a keyword far from the next word",
      "nested emphasis",
      "comments that are never closed",
    ]),
  )("%s has a bounded cost and a bounded result", (shape) => {
    const text = SHAPES[shape];
    let sanitized = "";
    expectBoundedEffort(() => (sanitized = sanitizeMarkdown(text, CHARACTERS * 2, POLICY)));
    expect(sanitized.length).toBeLessThanOrEqual(3 * text.length);
  });

  test("a text that is too complex to parse becomes a block of code, word for word", () => {
    const text = `${"]".repeat(3_000)} @octocat <!-- orb:summary:end -->`;
    const shown = `\`\`\`\n${"]".repeat(3_000)} @octocat <!\u200b-- orb:summary:end -->\n\`\`\``;
    expect(sanitizeMarkdown(text, CHARACTERS, POLICY)).toBe(shown);
    expect(sanitizeMarkdown(shown, CHARACTERS, POLICY)).toBe(shown);
  });

  test.each([
    ["identifiers", "Call `get_user_by_id` and *then* `set_user_name`, see [x](https://x.y).\n".repeat(200)],
    ["a list of five levels", "- a\n  - b\n    - c\n      - d\n        - e\n\n".repeat(100)],
    ["a rule as long as the line", `a\n\n${"-".repeat(200)}\n\nb`],
    ["long code", `\`\`\`\n${"x = a[1] * b[2]\n".repeat(250)}\`\`\``],
  ])("ordinary text stays Markdown: %s", (_what, text) => {
    expect(sanitizeMarkdown(text, CHARACTERS, POLICY).split("```").length).toBe(text.split("```").length);
  });
});
