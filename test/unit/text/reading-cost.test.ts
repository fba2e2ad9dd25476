import { describe, expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { readable, readingCost } from "../../../src/text/markdown-cost.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { effortOf } from "../../support/effort.ts";

const MANY = { characters: 20_000, cost: 100_000 };

describe("a text that costs little is read as it is:", () => {
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
    "between lines, where that costs few",
    `${"a".repeat(40)}\nbcd`,
    { characters: 42, cost: 999 },
    `${"a".repeat(40)}\n\n…`,
  ],
  [
    "in a line, where the line is long",
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
])("of nothing but %j, less is read than of prose", (unit) => {
  const text = unit.repeat(20_000);
  const read = readable(text, MANY);
  expect(read.length).toBeLessThan(10_000);
  expect(read.length).toBeGreaterThan(300);
});

test("what is read is a beginning of the text, and costs no more than it may", () => {
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

test("a mebibyte is looked through with little effort", () => {
  for (const unit of ["a", "- ", "\n ", "](", "1", "www", "mailto", " 1"]) {
    const text = unit.repeat(1_048_576 / unit.length);
    const looked = () => [readingCost(text), readable(text, MANY)];
    expect(effortOf(looked, { atMost: 150 })).toBeLessThan(150);
  }
});
