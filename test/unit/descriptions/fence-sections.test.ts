import { describe, expect, test } from "@jest/globals";
import { fenceSections } from "../../../src/descriptions/rules/fence-sections.ts";
import { findSections } from "../../../src/descriptions/rules/section-marks.ts";
import { refreshSections } from "../../../src/descriptions/rules/sections.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { section, written } from "./written-sections.ts";

const BODY = written({ summary: "Thanks to @octocat.", how: "One thing", files: "1 file" });

function contentOf(body: string, name: string): string {
  const found = findSections(body).find((one) => one.name === name);
  return found ? body.slice(found.contentFrom, found.contentTo).trim() : "not there";
}

describe("a section that would be live becomes a block of code", () => {
  test("and the others, the hidden line and the marker stay as they are", () => {
    const fenced = fenceSections(BODY, new Set(["summary"]));
    expect(contentOf(fenced, "summary")).toMatch(/^```\n[^`]*Thanks to @\u200b?octocat\.\n```$/);
    expect(contentOf(fenced, "how")).toBe("One thing");
    expect(contentOf(fenced, "files")).toBe("1 file");
    expect(fenced).toMatch(/<!-- orb:written .* -->\nthe marker$/);
  });

  test("that no backtick in it ends", () => {
    const fenced = fenceSections(written({ summary: "a\n````\n@octocat" }), new Set(["summary"]));
    expect(contentOf(fenced, "summary")).toMatch(/^`{5,}\n[\s\S]*\n`{5,}$/);
  });

  test("which the bot knows as its own words, and replaces when it has others", () => {
    const fenced = fenceSections(BODY, new Set(["summary", "how"]));
    const later = written({ summary: "Thanks to all.", how: "Another thing", files: "1 file" });
    const refreshed = refreshSections(fenced, later);
    expect(contentOf(refreshed, "summary")).toBe("Thanks to all.");
    expect(contentOf(refreshed, "how")).toBe("Another thing");
    expect(refreshed).not.toContain("orb:rewrite");
  });

  test("also in a description that remembers nothing", () => {
    const body = ownWords(section("summary", "Thanks to @octocat."));
    expect(contentOf(fenceSections(body, new Set(["summary"])), "summary")).toMatch(/^```\n/);
  });
});

test.each([{ names: [] }, { names: ["risk"] }])(
  "where $names is to be fenced, nothing changes",
  ({ names }) => {
    expect(fenceSections(BODY, new Set(names))).toBe(BODY);
  },
);
