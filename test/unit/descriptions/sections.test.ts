import { describe, expect, test } from "@jest/globals";
import { refreshSections } from "../../../src/descriptions/rules/sections.ts";
import { box, line, section, written } from "./written-sections.ts";

const OLD = written({ a: "old a", b: "old b" });
const FRESH = written({ a: "new a", b: "new b" });

test("what nobody edited becomes what the bot would write today", () => {
  expect(refreshSections(OLD, FRESH)).toBe(FRESH);
});

test("the line remembers each section by twelve hexadecimal digits", () => {
  expect(line({ a: "old a", b: "" })).toMatch(/^<!-- orb:written a=[0-9a-f]{12} b=[0-9a-f]{12} -->$/);
});

describe("of what stands there,", () => {
  const oldLine = line({ a: "old a", b: "old b" });
  const newLine = line({ a: "new a", b: "new b" });
  test.each([
    {
      name: "what people wrote around the sections stays",
      current: `Mine\n${section("a", "old a")}\nbetween\n${section("b", "old b")}\n${oldLine}\nend`,
      expected: `Mine\n${section("a", "new a")}\nbetween\n${section("b", "new b")}\n${newLine}\nend`,
    },
    {
      name: "sections may stand in another order",
      current: `${section("b", "old b")}\n${section("a", "old a")}\n${oldLine}`,
      expected: `${section("b", "new b")}\n${section("a", "new a")}\n${newLine}`,
    },
    {
      name: "a section that a person edited stays, with a box below it",
      current: `${section("a", "my a")}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", `my a\n\n${box("a")}`)}\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
    },
    {
      name: "a section whose box is ticked is written anew, and the box goes",
      current: `${section("a", `my a\n\n${box("a", "x")}`)}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
    },
    {
      name: "a box that is ticked in another section of people's says nothing of this one",
      current: `${section("a", `my a\n\n${box("b", "x")}`)}\n${oldLine}`,
      expected: `${section("a", `my a\n\n${box("b", "x")}\n\n${box("a")}`)}\n${oldLine}`,
    },
    {
      name: "a line that only speaks of the box is a person's",
      current: `${section("a", `see ${box("a", "x")}`)}\n${oldLine}`,
      expected: `${section("a", `see ${box("a", "x")}\n\n${box("a")}`)}\n${oldLine}`,
    },
    {
      name: "a person who wrote what the bot would write gets no box",
      current: `${section("a", "new a")}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
    },
    {
      name: "the box goes where the section has come to be what the bot would write",
      current: `${section("a", `new a\n\n${box("a")}`)}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
    },
    {
      name: "an edit that was taken back gives the section back to the bot",
      current: `${section("a", `old a\n\n${box("a")}`)}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
    },
    {
      name: "blanks at the ends of lines are no edit",
      current: `${section("a", "old a  \n  ")}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
    },
    {
      name: "a section that a person emptied stays empty but for the box",
      current: `<!-- orb:a:start --><!-- orb:a:end -->\n${section("b", "old b")}\n${oldLine}`,
      expected: `<!-- orb:a:start -->\n\n${box("a")}\n\n<!-- orb:a:end -->\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
    },
    {
      name: "a section that a person removed stays away",
      current: `${section("b", "old b")}\n${oldLine}`,
      expected: `${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
    },
    { name: "a description that a person emptied stays empty", current: "", expected: "" },
    { name: "a description without sections stays as it is", current: "All mine", expected: "All mine" },
    {
      name: "a section that the bot does not know stays as it is",
      current: `${section("c", "old c")}\n${oldLine}`,
      expected: `${section("c", "old c")}\n${oldLine}`,
    },
    {
      name: "where the end marker is deleted, the section stays as it is and the others do not",
      current: `<!-- orb:a:start -->\nold a\n${section("b", "old b")}\n${oldLine}`,
      expected: `<!-- orb:a:start -->\nold a\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
    },
    {
      name: "where the start marker is deleted, the section stays as it is and the others do not",
      current: `old a\n<!-- orb:a:end -->\n${section("b", "old b")}\n${oldLine}`,
      expected: `old a\n<!-- orb:a:end -->\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
    },
    {
      name: "where the end stands before the start, nothing is touched",
      current: `<!-- orb:a:end -->\nold a\n<!-- orb:a:start -->\n${oldLine}`,
      expected: `<!-- orb:a:end -->\nold a\n<!-- orb:a:start -->\n${oldLine}`,
    },
    {
      name: "a section that is there twice is not touched",
      current: `${section("a", "old a")}\n${section("a", "old a")}\n${section("b", "old b")}\n${oldLine}`,
      expected: `${section("a", "old a")}\n${section("a", "old a")}\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
    },
    {
      name: "a section that was moved into another is brought up to date, and the other is not touched",
      current: `<!-- orb:a:start -->\nmine\n${section("b", "old b")}\nmine\n<!-- orb:a:end -->\n${oldLine}`,
      expected: `<!-- orb:a:start -->\nmine\n${section("b", "new b")}\nmine\n<!-- orb:a:end -->\n${line({ a: "old a", b: "new b" })}`,
    },
    {
      name: "sections that overlap are not touched",
      current: `<!-- orb:a:start -->\n<!-- orb:b:start -->\nx\n<!-- orb:a:end -->\n<!-- orb:b:end -->\n${oldLine}`,
      expected: `<!-- orb:a:start -->\n<!-- orb:b:start -->\nx\n<!-- orb:a:end -->\n<!-- orb:b:end -->\n${oldLine}`,
    },
  ])("$name", ({ current, expected }) => {
    expect(refreshSections(current, FRESH)).toBe(expected);
    expect(refreshSections(expected, FRESH)).toBe(expected);
  });
});

describe("where the line that remembers is gone,", () => {
  test.each([
    {
      name: "sections are people's",
      current: `${section("a", "old a")}\n${section("b", "old b")}`,
      expected: `${section("a", `old a\n\n${box("a")}`)}\n${section("b", `old b\n\n${box("b")}`)}`,
    },
    {
      name: "one that is as the bot would write it is the bot's, and is remembered from then on",
      current: `${section("a", "old a")}\n${section("b", "new b")}`,
      expected: `${section("a", `old a\n\n${box("a")}`)}\n${section("b", "new b")}\n\n${line({ a: "", b: "new b" }).replace(/a=\w+/, "a=-")}`,
    },
    {
      name: "one that was removed stays away for good",
      current: section("b", "new b"),
      expected: `${section("b", "new b")}\n\n${line({ a: "", b: "new b" }).replace(/a=\w+/, "a=-")}`,
    },
    {
      name: "or there twice, none of them is trusted and none is added",
      current: `${section("a", "old a")}\n${line({ a: "old a" })}\n${line({ a: "old a" })}`,
      expected: `${section("a", `old a\n\n${box("a")}`)}\n${line({ a: "old a" })}\n${line({ a: "old a" })}`,
    },
    {
      name: "for somebody moved it into a section, it stays where it was put",
      current: section("a", `old a\n${line({ a: "old a" })}`),
      expected: section("a", `old a\n${line({ a: "old a" })}\n\n${box("a")}`),
    },
  ])("$name", ({ current, expected }) => {
    const once = refreshSections(current, FRESH);
    expect(once).toBe(expected);
    expect(refreshSections(once, FRESH)).toBe(once);
  });
});

describe("a section that the bot did not know when it wrote the description", () => {
  const fresh = written({ a: "new a", b: "new b", c: "new c" });
  test.each([
    {
      name: "stands behind the one that comes before it",
      current: `${section("c", "old c")}\nmine\n${section("a", "old a")}\nmine\n${line({ a: "old a", c: "old c" })}`,
      expected: `${section("c", "new c")}\nmine\n${section("a", "new a")}\n\n${section("b", "new b")}\nmine\n`,
    },
    {
      name: "stands before the next where none comes before it",
      current: `mine\n${section("b", "old b")}\nmine\n${line({ b: "old b", c: "old c" })}`,
      expected: `mine\n${section("a", "new a")}\n\n${section("b", "new b")}\nmine\n`,
    },
    {
      name: "stays away where none of the bot's sections is left",
      current: `mine\n${line({ c: "old c" })}`,
      expected: "mine\n",
    },
    {
      name: "is not doubled where a marker of its name is there",
      current: `${section("a", "old a")}\n<!-- orb:b:end -->\n${line({ a: "old a", c: "old c" })}`,
      expected: `${section("a", "new a")}\n<!-- orb:b:end -->\n`,
    },
  ])("$name", ({ current, expected }) => {
    const once = refreshSections(current, fresh);
    expect(once.replace(/<!-- orb:written.*-->/, "")).toBe(expected);
    expect(refreshSections(once, fresh)).toBe(once);
  });

  test("is remembered, so a person can remove it", () => {
    const known = refreshSections(`${section("a", "old a")}\n${line({ a: "old a" })}`, fresh);
    const removed = known.replace(section("b", "new b"), "");
    expect(removed).not.toBe(known);
    expect(refreshSections(removed, fresh)).toBe(removed);
  });
});

test("line ends that GitHub's editor made are kept, also in what is put in", () => {
  const crlf = (text: string) => text.replaceAll("\n", "\r\n");
  expect(refreshSections(crlf(OLD), FRESH)).toBe(crlf(FRESH));
  expect(refreshSections(crlf(FRESH), FRESH)).toBe(crlf(FRESH));
  const added = written({ a: "new a", b: "new b", c: "new\nc" });
  expect(refreshSections(crlf(OLD), added)).toBe(crlf(added));
  const edited = crlf(OLD.replace("old a", "my a"));
  expect(refreshSections(edited, FRESH)).toBe(
    crlf(
      FRESH.replace("new a", `my a\n\n${box("a")}`).replace(
        line({ a: "new a", b: "new b" }),
        line({ a: "old a", b: "new b" }),
      ),
    ),
  );
});

test("patterns of replacement in the fresh text are only text", () => {
  const fresh = written({ a: "$& $1 $` $' $$ $<name>" });
  expect(refreshSections(written({ a: "old" }), fresh)).toBe(fresh);
});
