import { describe, expect, test } from "../../support/testing.ts";
import { fenceSections } from "../../../src/descriptions/rules/marked/fence-sections.ts";
import { findSections } from "../../../src/descriptions/rules/marked/section-marks.ts";
import { refreshSections } from "../../../src/descriptions/rules/marked/sections.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { box, line, section, written } from "./written-sections.ts";

describe("refreshing a description", () => {
  const OLD = written({ a: "old a", b: "old b" });
  const FRESH = written({ a: "new a", b: "new b" });

  test("sections that nobody edited are updated", () => {
    expect(refreshSections(OLD, FRESH)).toBe(FRESH);
  });

  test("the hidden line has twelve hexadecimal digits for each section", () => {
    expect(line({ a: "old a", b: "" })).toMatch(/^<!-- orb:written a=[0-9a-f]{12} b=[0-9a-f]{12} -->$/);
  });

  describe("in the current description,", () => {
    const oldLine = line({ a: "old a", b: "old b" });
    const newLine = line({ a: "new a", b: "new b" });
    test.each([
      {
        name: "text that people wrote around the sections stays",
        current: `Mine\n${section("a", "old a")}\nbetween\n${section("b", "old b")}\n${oldLine}\nend`,
        expected: `Mine\n${section("a", "new a")}\nbetween\n${section("b", "new b")}\n${newLine}\nend`,
      },
      {
        name: "sections may be in another order",
        current: `${section("b", "old b")}\n${section("a", "old a")}\n${oldLine}`,
        expected: `${section("b", "new b")}\n${section("a", "new a")}\n${newLine}`,
      },
      {
        name: "a section that a person edited stays, with a box below it",
        current: `${section("a", "my a")}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", `my a\n\n${box("a")}`)}\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
      },
      {
        name: "a section whose box is ticked is regenerated, and the box is removed",
        current: `${section("a", `my a\n\n${box("a", "x")}`)}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
      },
      {
        name: "a box ticked in another edited section does not affect this one",
        current: `${section("a", `my a\n\n${box("b", "x")}`)}\n${oldLine}`,
        expected: `${section("a", `my a\n\n${box("b", "x")}\n\n${box("a")}`)}\n${oldLine}`,
      },
      {
        name: "a line that only mentions the box is a person's text",
        current: `${section("a", `see ${box("a", "x")}`)}\n${oldLine}`,
        expected: `${section("a", `see ${box("a", "x")}\n\n${box("a")}`)}\n${oldLine}`,
      },
      {
        name: "an edit with exactly the bot's new text gets no box",
        current: `${section("a", "new a")}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
      },
      {
        name: "the box is removed if the section has become what the bot would write",
        current: `${section("a", `new a\n\n${box("a")}`)}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
      },
      {
        name: "after an edit is undone, the bot updates the section again",
        current: `${section("a", `old a\n\n${box("a")}`)}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
      },
      {
        name: "spaces at the ends of lines are not an edit",
        current: `${section("a", "old a  \n  ")}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", "new a")}\n${section("b", "new b")}\n${newLine}`,
      },
      {
        name: "a section that a person emptied stays empty except for the box",
        current: `<!-- orb:a:start --><!-- orb:a:end -->\n${section("b", "old b")}\n${oldLine}`,
        expected: `<!-- orb:a:start -->\n\n${box("a")}\n\n<!-- orb:a:end -->\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
      },
      {
        name: "a section that a person removed is not added again",
        current: `${section("b", "old b")}\n${oldLine}`,
        expected: `${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
      },
      { name: "a description that a person emptied stays empty", current: "", expected: "" },
      { name: "a description without sections stays unchanged", current: "All mine", expected: "All mine" },
      {
        name: "an unknown section stays unchanged",
        current: `${section("c", "old c")}\n${oldLine}`,
        expected: `${section("c", "old c")}\n${oldLine}`,
      },
      {
        name: "if the end marker is deleted, the section stays unchanged and the others are updated",
        current: `<!-- orb:a:start -->\nold a\n${section("b", "old b")}\n${oldLine}`,
        expected: `<!-- orb:a:start -->\nold a\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
      },
      {
        name: "if the start marker is deleted, the section stays unchanged and the others are updated",
        current: `old a\n<!-- orb:a:end -->\n${section("b", "old b")}\n${oldLine}`,
        expected: `old a\n<!-- orb:a:end -->\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
      },
      {
        name: "if the end marker is before the start marker, nothing changes",
        current: `<!-- orb:a:end -->\nold a\n<!-- orb:a:start -->\n${oldLine}`,
        expected: `<!-- orb:a:end -->\nold a\n<!-- orb:a:start -->\n${oldLine}`,
      },
      {
        name: "a duplicated section is not changed",
        current: `${section("a", "old a")}\n${section("a", "old a")}\n${section("b", "old b")}\n${oldLine}`,
        expected: `${section("a", "old a")}\n${section("a", "old a")}\n${section("b", "new b")}\n${line({ a: "old a", b: "new b" })}`,
      },
      {
        name: "a section inside another is updated, and the other is not changed",
        current: `<!-- orb:a:start -->\nmine\n${section("b", "old b")}\nmine\n<!-- orb:a:end -->\n${oldLine}`,
        expected: `<!-- orb:a:start -->\nmine\n${section("b", "new b")}\nmine\n<!-- orb:a:end -->\n${line({ a: "old a", b: "new b" })}`,
      },
      {
        name: "overlapping sections are not changed",
        current: `<!-- orb:a:start -->\n<!-- orb:b:start -->\nx\n<!-- orb:a:end -->\n<!-- orb:b:end -->\n${oldLine}`,
        expected: `<!-- orb:a:start -->\n<!-- orb:b:start -->\nx\n<!-- orb:a:end -->\n<!-- orb:b:end -->\n${oldLine}`,
      },
    ])("$name", ({ current, expected }) => {
      expect(refreshSections(current, FRESH)).toBe(expected);
      expect(refreshSections(expected, FRESH)).toBe(expected);
    });
  });

  describe("if the hidden line is missing,", () => {
    test.each([
      {
        name: "sections count as edited by people",
        current: `${section("a", "old a")}\n${section("b", "old b")}`,
        expected: `${section("a", `old a\n\n${box("a")}`)}\n${section("b", `old b\n\n${box("b")}`)}`,
      },
      {
        name: "a section with the bot's current text is the bot's, and is remembered from then on",
        current: `${section("a", "old a")}\n${section("b", "new b")}`,
        expected: `${section("a", `old a\n\n${box("a")}`)}\n${section("b", "new b")}\n\n${line({ a: "", b: "new b" }).replace(/a=\w+/, "a=-")}`,
      },
      {
        name: "a removed section is never added again",
        current: section("b", "new b"),
        expected: `${section("b", "new b")}\n\n${line({ a: "", b: "new b" }).replace(/a=\w+/, "a=-")}`,
      },
      {
        name: "or duplicated, no hidden line is trusted and none is added",
        current: `${section("a", "old a")}\n${line({ a: "old a" })}\n${line({ a: "old a" })}`,
        expected: `${section("a", `old a\n\n${box("a")}`)}\n${line({ a: "old a" })}\n${line({ a: "old a" })}`,
      },
      {
        name: "because somebody moved it into a section, it stays there",
        current: section("a", `old a\n${line({ a: "old a" })}`),
        expected: section("a", `old a\n${line({ a: "old a" })}\n\n${box("a")}`),
      },
    ])("$name", ({ current, expected }) => {
      const once = refreshSections(current, FRESH);
      expect(once).toBe(expected);
      expect(refreshSections(once, FRESH)).toBe(once);
    });
  });

  describe("a section that is new since the bot wrote the description", () => {
    const fresh = written({ a: "new a", b: "new b", c: "new c" });
    test.each([
      {
        name: "is added after the one that precedes it",
        current: `${section("c", "old c")}\nmine\n${section("a", "old a")}\nmine\n${line({ a: "old a", c: "old c" })}`,
        expected: `${section("c", "new c")}\nmine\n${section("a", "new a")}\n\n${section("b", "new b")}\nmine\n`,
      },
      {
        name: "is added before the next one if none precedes it",
        current: `mine\n${section("b", "old b")}\nmine\n${line({ b: "old b", c: "old c" })}`,
        expected: `mine\n${section("a", "new a")}\n\n${section("b", "new b")}\nmine\n`,
      },
      {
        name: "is not added if none of the bot's sections is left",
        current: `mine\n${line({ c: "old c" })}`,
        expected: "mine\n",
      },
      {
        name: "is not duplicated if a marker with its name exists",
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

  test("line ends from GitHub's editor are kept, also in new text", () => {
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

  test("replacement patterns in new text are plain text", () => {
    const fresh = written({ a: "$& $1 $` $' $$ $<name>" });
    expect(refreshSections(written({ a: "old" }), fresh)).toBe(fresh);
  });
});

describe("fencing sections", () => {
  const BODY = written({ summary: "Thanks to @octocat.", how: "One thing", files: "1 file" });

  function contentOf(body: string, name: string): string {
    const found = findSections(body).find((one) => one.name === name);
    return found ? body.slice(found.contentFrom, found.contentTo).trim() : "not there";
  }

  describe("a section that GitHub would act on becomes a block of code", () => {
    test("and the others, the hidden line and the marker stay unchanged", () => {
      const fenced = fenceSections(BODY, new Set(["summary"]));
      expect(contentOf(fenced, "summary")).toMatch(/^```\n[^`]*Thanks to @\u200b?octocat\.\n```$/);
      expect(contentOf(fenced, "how")).toBe("One thing");
      expect(contentOf(fenced, "files")).toBe("1 file");
      expect(fenced).toMatch(/<!-- orb:written .* -->\nthe marker$/);
    });

    test("that no backtick in the section ends", () => {
      const fenced = fenceSections(written({ summary: "a\n````\n@octocat" }), new Set(["summary"]));
      expect(contentOf(fenced, "summary")).toMatch(/^`{5,}\n[\s\S]*\n`{5,}$/);
    });

    test("that the bot recognises as its own text, and replaces when the text changes", () => {
      const fenced = fenceSections(BODY, new Set(["summary", "how"]));
      const later = written({ summary: "Thanks to all.", how: "Another thing", files: "1 file" });
      const refreshed = refreshSections(fenced, later);
      expect(contentOf(refreshed, "summary")).toBe("Thanks to all.");
      expect(contentOf(refreshed, "how")).toBe("Another thing");
      expect(refreshed).not.toContain("orb:rewrite");
    });

    test("also in a description without the hidden line", () => {
      const body = ownWords(section("summary", "Thanks to @octocat."));
      expect(contentOf(fenceSections(body, new Set(["summary"])), "summary")).toMatch(/^```\n/);
    });
  });

  test.each([{ names: [] }, { names: ["risk"] }])(
    "nothing changes if the sections to fence are $names",
    ({ names }) => {
      expect(fenceSections(BODY, new Set(names))).toBe(BODY);
    },
  );
});
