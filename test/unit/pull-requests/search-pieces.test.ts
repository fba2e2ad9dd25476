import * as fc from "fast-check";
import { expect, test } from "../../support/testing.ts";
import { neededPieces, piecesOf } from "../../../src/pull-requests/record/rules/search-pieces.ts";

const text = fc.string({
  unit: fc.constantFrom(...Array.from("aAbB09 -_/#.(é\u0301ßΣσ🎉語\ud800")),
  minLength: 1,
  maxLength: 30,
});

test("every part of a text has only pieces that the text has, if it is long enough or begins a word", () => {
  fc.assert(
    fc.property(text, fc.nat(), fc.nat(), (whole, from, length) => {
      const characters = Array.from(whole);
      const start = from % characters.length;
      const part = characters.slice(start, start + 3 + (length % 10));
      fc.pre(part.length >= 3);
      expect(piecesOf(whole)).toEqual(
        expect.arrayContaining(
          neededPieces(part.join("").replaceAll(/[a-z]/g, (letter) => letter.toUpperCase())),
        ),
      );
    }),
  );
});

test.each([
  { part: "g", found: true },
  { part: "gr", found: true },
  { part: "re", found: false },
  { part: "t-g", found: true },
  { part: "-", found: true },
  { part: "ING", found: true },
  { part: "greetings", found: false },
])("$part is in agent-greeting: $found", ({ part, found }) => {
  const pieces = piecesOf("agent-greeting");
  expect(neededPieces(part).every((piece) => pieces.includes(piece))).toBe(found);
});

test("a text has fewer than three pieces for each character, and a search needs at most sixteen", () => {
  fc.assert(
    fc.property(text, (whole) => {
      const { length } = Array.from(whole);
      expect(piecesOf(whole).length).toBeLessThanOrEqual(3 * length);
      expect(neededPieces(whole.repeat(20)).length).toBeLessThanOrEqual(16);
      expect(neededPieces(whole).length).toBeGreaterThan(0);
    }),
  );
});
