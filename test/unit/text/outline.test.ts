import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { outline } from "../../../src/text/outline.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";

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

test("a text is taken apart at its headings, of any kind", () => {
  const text = "Before\n\n# A `b`\n\nunder a\n\nB\n---\n\n> ## quoted\n\n**C**\n\nunder c\n\n### D";
  expect(shown(text)).toEqual([
    { heading: null, below: "Before", boxes: [] },
    { heading: "1 A `b`", below: "under a", boxes: [] },
    { heading: "2 B", below: "> ## quoted", boxes: [] },
    { heading: "null **C**", below: "**C**\n\nunder c", boxes: [] },
    { heading: "3 D", below: "", boxes: [] },
  ]);
});

test("comments go, wherever they stand, and nothing else does", () => {
  const text =
    "<!-- a -->\n# A <!-- b -->\n\nx <!-- c\nd --> y\n\n`<!-- code -->`\n\n<details><!-- e -->\n\n<!-- f";
  expect(shown(text)).toEqual([{ heading: "1 A", below: "x  y\n\n`<!-- code -->`\n\n<details>", boxes: [] }]);
});

test("boxes are found in lists of any kind, with where their marks stand", () => {
  const text = "- [ ] a `b`\n  - [x] nested\n1. [X] c\n\n> * [ ] quoted\n\n- none\n\n[ ] no item";
  expect(shown(text)[0]?.boxes).toEqual(["[ ] a b", "[x] nested", "[X] c", "[ ] quoted"]);
});

test("line ends are those of one kind", () => {
  expect(outline("# A\r\n\r\nx\ry")?.text).toBe("# A\n\nx\ny");
});

test("a text that is too tangled, or that is all headings, is not taken apart", () => {
  expect(outline("*_".repeat(2_000))).toBeNull();
  expect(outline("# a\n\n".repeat(200))?.parts).toHaveLength(200);
  expect(outline("# a\n\n".repeat(201))).toBeNull();
  expect(outline("a\n===\n\n".repeat(201))).toBeNull();
});

test("the parts of a text follow each other, whatever it is", () => {
  fc.assert(
    fc.property(hostileMarkdown, (markdown) => {
      const { text, parts } = outline(markdown) ?? { text: "", parts: [] };
      let end = 0;
      for (const { from, to, boxes } of parts) {
        expect(from).toBeGreaterThanOrEqual(end);
        expect(to).toBeGreaterThanOrEqual(from);
        for (const { markAt } of boxes) expect(text.slice(markAt - 1, markAt + 2)).toMatch(/^\[[ xX\t\n]\]$/);
        end = to;
      }
      expect(end).toBeLessThanOrEqual(text.length);
    }),
  );
});
