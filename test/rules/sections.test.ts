import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { refreshSections } from "../../src/pull-requests/rules/sections.ts";
import { ownWords } from "../../src/text/safe.ts";

function section(name: string, content: string): string {
  return `<!-- orb:${name}:start -->\n${content}\n<!-- orb:${name}:end -->`;
}

const FRESH = ownWords([section("a", "new a"), section("b", "new b"), "the marker"].join("\n\n"));

test.each([
  {
    name: "each section is brought up to date, and what people wrote around it stays",
    current: `Mine\n${section("a", "old a")}\nbetween\n${section("b", "old b")}\nend`,
    expected: `Mine\n${section("a", "new a")}\nbetween\n${section("b", "new b")}\nend`,
  },
  {
    name: "sections may stand in another order",
    current: `${section("b", "old b")}\n${section("a", "old a")}`,
    expected: `${section("b", "new b")}\n${section("a", "new a")}`,
  },
  {
    name: "a section that a person removed stays away",
    current: `${section("b", "old b")}\nend`,
    expected: `${section("b", "new b")}\nend`,
  },
  { name: "a description that a person emptied stays empty", current: "", expected: "" },
  { name: "a description without sections stays as it is", current: "All mine", expected: "All mine" },
  {
    name: "a section that the bot does not know stays as it is",
    current: section("c", "old c"),
    expected: section("c", "old c"),
  },
  {
    name: "where the end marker is deleted, the section stays as it is and the others do not",
    current: `<!-- orb:a:start -->\nold a\n${section("b", "old b")}`,
    expected: `<!-- orb:a:start -->\nold a\n${section("b", "new b")}`,
  },
  {
    name: "where the start marker is deleted, the section stays as it is and the others do not",
    current: `old a\n<!-- orb:a:end -->\n${section("b", "old b")}`,
    expected: `old a\n<!-- orb:a:end -->\n${section("b", "new b")}`,
  },
  {
    name: "where the end stands before the start, nothing is touched",
    current: "<!-- orb:a:end -->\nold a\n<!-- orb:a:start -->",
    expected: "<!-- orb:a:end -->\nold a\n<!-- orb:a:start -->",
  },
  {
    name: "a section that is there twice is not touched",
    current: `${section("a", "one")}\n${section("a", "two")}\n${section("b", "old b")}`,
    expected: `${section("a", "one")}\n${section("a", "two")}\n${section("b", "new b")}`,
  },
  {
    name: "a section whose end is there twice is not touched",
    current: `${section("a", "one")}\nmine\n<!-- orb:a:end -->`,
    expected: `${section("a", "one")}\nmine\n<!-- orb:a:end -->`,
  },
  {
    name: "a section that was moved into another is brought up to date, and the other is not touched",
    current: `<!-- orb:a:start -->\nmine\n${section("b", "old b")}\nmine\n<!-- orb:a:end -->`,
    expected: `<!-- orb:a:start -->\nmine\n${section("b", "new b")}\nmine\n<!-- orb:a:end -->`,
  },
  {
    name: "sections that overlap are not touched",
    current: "<!-- orb:a:start -->\n<!-- orb:b:start -->\nx\n<!-- orb:a:end -->\n<!-- orb:b:end -->",
    expected: "<!-- orb:a:start -->\n<!-- orb:b:start -->\nx\n<!-- orb:a:end -->\n<!-- orb:b:end -->",
  },
  {
    name: "line ends that GitHub's editor made are kept",
    current: `Mine\r\n${section("a", "old a").replaceAll("\n", "\r\n")}\r\nend`,
    expected: `Mine\r\n${section("a", "new a").replaceAll("\n", "\r\n")}\r\nend`,
  },
])("$name", ({ current, expected }) => {
  expect(refreshSections(current, FRESH)).toBe(expected);
});

test("nothing is changed where only the line ends differ", () => {
  const edited = FRESH.replaceAll("\n", "\r\n");
  expect(refreshSections(edited, FRESH)).toBe(edited);
});

test("patterns of replacement in the fresh text are only text", () => {
  const content = "$& $1 $` $' $$ $<name>";
  const fresh = ownWords(section("a", content));
  expect(refreshSections(section("a", "old"), fresh)).toBe(section("a", content));
});

const piece = fc.constantFrom(
  "<!-- orb:a:start -->",
  "<!-- orb:a:end -->",
  "<!-- orb:b:start -->",
  "<!-- orb:b:end -->",
  section("a", "old a"),
  section("b", "old b"),
  "mine",
  "\n",
  "\r\n",
);
const description = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));

test("refreshed twice, it is the same as once, however damaged the markers are", () => {
  fc.assert(
    fc.property(description, (current) => {
      const once = refreshSections(current, FRESH);
      expect(refreshSections(once, FRESH)).toBe(once);
    }),
  );
});

test("what people wrote before, after and without sections is never lost, however damaged the markers are", () => {
  fc.assert(
    fc.property(description, fc.string(), fc.string(), (current, before, after) => {
      const refreshed = refreshSections(`${before}\n${current}\n${after}`, FRESH);
      expect(refreshed.startsWith(`${before}\n`)).toBe(true);
      expect(refreshed.endsWith(`\n${after}`)).toBe(true);
    }),
  );
  const unmarked = fc.string().filter((text) => !text.includes("orb:"));
  fc.assert(fc.property(unmarked, (text) => expect(refreshSections(text, FRESH)).toBe(text)));
});

test("60 000 characters of markers are gone through in good time", () => {
  const current = "<!-- orb:a:start -->".repeat(3_000);
  const startedAt = performance.now();
  expect(refreshSections(current, FRESH)).toBe(current);
  expect(performance.now() - startedAt).toBeLessThan(1_000);
});
