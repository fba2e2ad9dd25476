import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { hiddenJson } from "../../../src/text/markdown/hidden-json.ts";
import { readable, readingCost } from "../../../src/text/markdown/markdown-cost.ts";
import { outline } from "../../../src/text/markdown/outline.ts";
import { effortOf } from "../../support/effort.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";

describe("the outline of a text", () => {
  function shown(markdown: string) {
    const { text, parts } = outline(markdown) ?? { text: "", parts: [] };
    return parts.map(({ heading, from, to, boxes }) => ({
      heading: heading === null ? null : `${heading.level} ${heading.source}`,
      below: text.slice(from, to),
      boxes: boxes.map(
        ({ text: words, markAt }) => `${text[markAt - 1]}${text[markAt]}${text[markAt + 1]} ${words}`,
      ),
    }));
  }

  test("a text is split at its headings, of any kind", () => {
    const text = "Before\n\n# A `b`\n\nunder a\n\nB\n---\n\n> ## quoted\n\n**C**\n\nunder c\n\n### D";
    expect(shown(text)).toEqual([
      { heading: null, below: "Before", boxes: [] },
      { heading: "1 A `b`", below: "under a", boxes: [] },
      { heading: "2 B", below: "> ## quoted", boxes: [] },
      { heading: "null **C**", below: "**C**\n\nunder c", boxes: [] },
      { heading: "3 D", below: "", boxes: [] },
    ]);
  });

  test("comments are removed anywhere, and nothing else is", () => {
    const text =
      "<!-- a -->\n# A <!-- b -->\n\nx <!-- c\nd --> y\n\n`<!-- code -->`\n\n<details><!-- e -->\n\n<!-- f";
    expect(shown(text)).toEqual([
      { heading: "1 A", below: "x  y\n\n`<!-- code -->`\n\n<details>", boxes: [] },
    ]);
  });

  test("boxes are found in lists of any kind, with the positions of their marks", () => {
    const text = "- [ ] a `b`\n  - [x] nested\n1. [X] c\n\n> * [ ] quoted\n\n- none\n\n[ ] no item";
    expect(shown(text)[0]?.boxes).toEqual(["[ ] a b", "[x] nested", "[X] c", "[ ] quoted"]);
  });

  test("line ends are made uniform", () => {
    expect(outline("# A\r\n\r\nx\ry")?.text).toBe("# A\n\nx\ny");
  });

  test("a text that is too complex or has too many headings is not split", () => {
    expect(outline("*_".repeat(2_000))).toBeNull();
    expect(outline("# a\n\n".repeat(200))?.parts).toHaveLength(200);
    expect(outline("# a\n\n".repeat(201))).toBeNull();
    expect(outline("a\n===\n\n".repeat(201))).toBeNull();
  });

  test("the parts of any text follow each other", () => {
    fc.assert(
      fc.property(hostileMarkdown, (markdown) => {
        const { text, parts } = outline(markdown) ?? { text: "", parts: [] };
        let end = 0;
        for (const { from, to, boxes } of parts) {
          expect(from).toBeGreaterThanOrEqual(end);
          expect(to).toBeGreaterThanOrEqual(from);
          for (const { markAt } of boxes)
            expect(text.slice(markAt - 1, markAt + 2)).toMatch(/^\[[ xX\t\n]\]$/);
          end = to;
        }
        expect(end).toBeLessThanOrEqual(text.length);
      }),
    );
  });
});

describe("hidden JSON", () => {
  test("the value is written as a comment on one line, which programs can read", () => {
    expect(hiddenJson("orb-x", { name: "a --> <!-- @b #1 é", n: 1, list: [null] })).toBe(
      String.raw`<!-- orb-x: {"name":"a --\u003e \u003c\u0021-- \u0040b \u00231 \u00e9","n":1,"list":[null]} -->`,
    );
  });

  test("no value ends the comment early, and none is changed", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.constantFrom("-->", "--!>", "<!--", "\n", "\u2028", "\ud800"),
    );
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const hidden = hiddenJson("orb-x", texts);
        expect(hidden.slice(4, -3)).not.toMatch(/[<>@#!\n\r]/);
        expect(JSON.parse(hidden.slice("<!-- orb-x: ".length, -" -->".length))).toEqual(texts);
      }),
    );
  });
});

describe("the cost of reading", () => {
  const MANY = { characters: 20_000, cost: 100_000 };

  describe("a cheap text is read whole:", () => {
    test.each([
      ["nothing", ""],
      ["a line", "Adds the export."],
      ["20 000 characters of prose", `${"The export writes one record for each line. ".repeat(454)}The end.`],
      ["100 changes with code in them", "- Add `toCsv()` to `src/csv.ts`, which *is* new\n".repeat(100)],
    ])("%s", (_what, text) => {
      expect(readable(text, MANY)).toBe(text);
    });
  });

  test.each([
    ["at its characters", "abcdef", { characters: 3, cost: 100 }, "ab…"],
    ["at its cost", "abc*def", { characters: 99, cost: 20 }, "ab…"],
    [
      "between lines, if little is lost",
      `${"a".repeat(40)}\nbcd`,
      { characters: 42, cost: 999 },
      `${"a".repeat(40)}\n\n…`,
    ],
    [
      "inside a line, if the line is long",
      `a\n${"b".repeat(40)}`,
      { characters: 20, cost: 999 },
      `a\n${"b".repeat(17)}…`,
    ],
  ])("a text is cut %s", (_where, text, limits, cut) => {
    expect(readable(text, limits)).toBe(cut);
  });

  test.each([
    "*",
    "- a\n",
    "> a\n\n",
    "[a](b)",
    "|a|b|\n",
    "https://a.b ",
    "www.a.b ",
    "1. a\n",
    "  - a\n",
    "<b>",
    "a@b.c ",
    "[^1]",
  ])("less is read of repeated %j than of prose", (unit) => {
    const text = unit.repeat(20_000);
    const read = readable(text, MANY);
    expect(read.length).toBeLessThan(10_000);
    expect(read.length).toBeGreaterThan(300);
  });

  const MARKS = "*a* [b](c) `d`\n".repeat(10);

  test.each([
    ["in a block of code", "a\n```\n", "```"],
    ["in a block of code that is never closed", "~~~ sh\n", ""],
    ["in a block of code after another", "```\n```\n\n  ```\n  ```\n\n```\n", ""],
    ["below an empty line after HTML", "<b>a\n\n```\n", "```"],
  ])("marks cost nothing %s", (_where, before, after) => {
    const costOfMarks = readingCost(before + MARKS + after) - readingCost(before + after);
    expect(costOfMarks).toBe(MARKS.length);
  });

  test.each([
    ["after a block of code", "```\n```\n"],
    ["after a block of code in a list", "- a\n  ```\nb\n```\n"],
    ["after a block of code that ends with another line end", "```\r```\r\n"],
    ["after a fence in HTML", "<div>\n```\n\n"],
    ["after a fence in preformatted HTML", "<pre>\n\n```\n</pre>\n"],
    ["after a fence in a comment", "<!--\n\n```\n-->\n"],
    ["after a fence in a quotation", "> ```\n"],
    ["after a fence that an item of a list begins with", "- ```\n"],
    ["after a code span of three backticks", "```a```\n"],
    ["after a fence that is indented code", "\n    ```\n\n"],
  ])("marks cost as much as ever %s", (_where, before) => {
    const costOfMarks = readingCost(before + MARKS) - readingCost(before);
    expect(costOfMarks).toBeGreaterThanOrEqual(readingCost(MARKS));
  });

  test("the part that is read is the beginning of the text, within the limits", () => {
    fc.assert(
      fc.property(hostileMarkdown, fc.nat(60), fc.nat(2_000), (text, characters, cost) => {
        const read = readable(text, { characters, cost });
        if (read === text) return;
        const kept = read.replace(/(?:\n\n)?…$/, "");
        expect(text.startsWith(kept)).toBe(true);
        expect(kept.length).toBeLessThanOrEqual(characters);
        expect(readingCost(kept)).toBeLessThanOrEqual(cost);
      }),
    );
  });

  test("a mebibyte is cheap to examine", () => {
    for (const unit of ["a", "- ", "\n ", "](", "1", "www", "mailto", " 1"]) {
      const text = unit.repeat(1_048_576 / unit.length);
      const looked = () => [readingCost(text), readable(text, MANY)];
      expect(effortOf(looked, { atMost: 150 })).toBeLessThan(150);
    }
  });
});
