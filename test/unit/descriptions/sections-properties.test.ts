import { expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import { refreshSections } from "../../../src/descriptions/rules/marked/sections.ts";
import { box, line, section, written } from "./written-sections.ts";
import { effortOf } from "../../support/effort.ts";

const FRESH = written({ a: "new a", b: "new b" });

const piece = fc.constantFrom(
  "<!-- orb:a:start -->",
  "<!-- orb:a:end -->",
  "<!-- orb:b:start -->",
  "<!-- orb:b:end -->",
  section("a", "old a"),
  section("b", "old b"),
  section("b", `my b\n\n${box("b")}`),
  section("b", `my b\n\n${box("b", "x")}`),
  line({ a: "old a", b: "old b" }),
  line({ a: "old a" }),
  box("a"),
  "mine",
  "\n",
  "\r\n",
);
const description = fc.array(piece, { maxLength: 12 }).map((pieces) => pieces.join(""));
const withNewSection = written({ a: "new a", b: "new b", c: "new c" });

test("a second refresh changes nothing, even with damaged markers", () => {
  fc.assert(
    fc.property(description, fc.constantFrom(FRESH, withNewSection), (current, fresh) => {
      const once = refreshSections(current, fresh);
      expect(refreshSections(once, fresh)).toBe(once);
    }),
  );
});

/** The text outside of all sections, without the hidden line. */
function outside(text: string): string {
  return text
    .replaceAll(
      /<!-- orb:([abc]):start -->(?:(?!<!-- orb:[abc]:(?:start|end) -->)[\s\S])*<!-- orb:\1:end -->/g,
      "",
    )
    .replaceAll(/<!-- orb:written.*? -->/g, "")
    .replaceAll(/\s+/g, "");
}

test("text that people wrote before, after and between sections never changes, even with damaged markers", () => {
  fc.assert(
    fc.property(description, fc.string(), fc.string(), (current, before, after) => {
      const whole = `${before}\n${current}\n${after}`;
      const refreshed = refreshSections(whole, withNewSection);
      expect(refreshed.startsWith(`${before}\n`)).toBe(true);
      expect(outside(refreshed)).toBe(outside(whole));
    }),
  );
  const unmarked = fc.string().filter((text) => !text.includes("orb:"));
  fc.assert(fc.property(unmarked, (text) => expect(refreshSections(text, FRESH)).toBe(text)));
});

test("text that a person wrote into a section is never lost unless the box is ticked", () => {
  const edit = fc.string({ minLength: 1 }).map((text) => `mine ${text} mine`);
  const mark = fc.constantFrom("", ` \n\n${box("a")}\n`);
  fc.assert(
    fc.property(edit, mark, fc.boolean(), (text, boxed, remembered) => {
      const current = `${section("a", `${text}${boxed}`)}\n${remembered ? line({ a: "old a" }) : ""}`;
      expect(refreshSections(current, FRESH)).toContain(text);
      const ticked = refreshSections(section("a", `${text}\n\n${box("a", "x")}`), FRESH);
      expect(ticked).not.toContain(text);
    }),
  );
});

test("no marker is duplicated, for any description", () => {
  const markersOf = (text: string) => text.match(/<!-- orb:(?:[abc]:\w+|written)/g) ?? [];
  const timesIn = (text: string, marker: string) => markersOf(text).filter((one) => one === marker).length;
  fc.assert(
    fc.property(description, (current) => {
      const refreshed = refreshSections(current, withNewSection);
      for (const marker of markersOf(refreshed)) {
        expect(timesIn(refreshed, marker)).toBeLessThanOrEqual(Math.max(1, timesIn(current, marker)));
      }
    }),
  );
});

test("60 000 characters of markers are cheap to read", () => {
  for (const piece of ["<!-- orb:a:start -->", "<!-- orb:written a=-", line({ a: "" }), `${box("a")}\n`]) {
    const current = piece.repeat(60_000 / piece.length);
    const refresh = () => expect(refreshSections(current, FRESH)).toBe(current);
    expect(effortOf(refresh, { atMost: 75 })).toBeLessThan(75);
  }
});
