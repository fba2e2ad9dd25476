import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { hiddenJson } from "../../../src/text/hidden-json.ts";

test("what is written is a comment on one line, which programs can read", () => {
  expect(hiddenJson("orb-x", { name: "a --> <!-- @b #1 é", n: 1, list: [null] })).toBe(
    String.raw`<!-- orb-x: {"name":"a --\u003e \u003c\u0021-- \u0040b \u00231 \u00e9","n":1,"list":[null]} -->`,
  );
});

test("nothing ends the comment but its end, and nothing is lost", () => {
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
