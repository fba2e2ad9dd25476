import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import { parseJson } from "../../../src/input/parse-json.ts";
import { NestingScan } from "../../../src/input/rules/nesting.ts";

const read = (text: string) => parseJson(Buffer.from(text), "The body");

test("any JSON value is read as JSON.parse reads it", () => {
  fc.assert(
    fc.property(fc.jsonValue({ depthSize: "large" }), (value) => {
      const text = JSON.stringify(value);
      fc.pre(!/__proto__|"constructor"/.test(text));
      expect(read(text)).toEqual({ value: JSON.parse(text) as unknown });
    }),
  );
});

test.each([
  ["", "it is empty"],
  [" \n", "it is empty"],
  ["{", "it ends too early"],
  ['{"a":1', "it ends too early"],
  ['"abc', "line 1, column 1 has a mistake"],
  ["{'a':1}", "line 1, column 2 has a mistake"],
  ['{"a":1,}', "line 1, column 8 has a mistake"],
  ["[1,]", "line 1, column 4 has a mistake"],
  ["[1 2]", "line 1, column 4 has a mistake"],
  ['{\n  "a": nul\n}', "line 2, column 8 has a mistake"],
  ['{"a" 1}', "line 1, column 6 has a mistake"],
  ["01", "line 1, column 1 has a mistake"],
  ["[1}", "line 1, column 3 has a mistake"],
  ["NaN", "line 1, column 1 has a mistake"],
  ['{"a":1} x', "line 1, column 9 has a mistake"],
  ['["a\tb"]', "line 1, column 2 has a mistake"],
  [String.raw`["\x"]`, "line 1, column 2 has a mistake"],
])("the mistake in %j is named with its place", (text, place) => {
  expect(read(text)).toEqual({ refused: `The body is not JSON: ${place}.` });
});

test("of a text that a slip has changed, either the value is read or a place in it is named", () => {
  const slip = fc.constantFrom("", ",", "}", "]", '"', "x", ":", "\\", "{", "\n", "-");
  fc.assert(
    fc.property(fc.jsonValue(), fc.nat(), slip, (value, where, wrong) => {
      const text = JSON.stringify(value);
      const at = where % (text.length + 1);
      const changed = text.slice(0, at) + wrong + text.slice(at + 1);
      let valid = true;
      try {
        JSON.parse(changed);
      } catch {
        valid = false;
      }
      fc.pre(!/__proto__|constructor/.test(changed));
      const { refused } = { refused: null, ...read(changed) };
      if (valid) expect(refused).toBeNull();
      else
        expect(refused).toMatch(/: (?:it is empty|it ends too early|line \d+, column \d+ has a mistake)\.$/);
    }),
    { numRuns: 1_000 },
  );
});

test.each([
  ['{"__proto__":{"admin":true}}', "`__proto__`"],
  [String.raw`{"a":[{"\u005f_proto__":1}]}`, "`a[0].__proto__`"],
  ['{"constructor":{"prototype":{}}}', "`constructor`"],
])("%s is refused, because a copy of it could change all objects", (text, key) => {
  expect(read(text)).toEqual({ refused: `The body has the key ${key}, which is not allowed.` });
});

test("`constructor` as an ordinary word is a key as any other", () => {
  expect(read('{"constructor":"Ada"}')).toEqual({ value: { constructor: "Ada" } });
});

test("bytes that are no text are refused", () => {
  expect(parseJson(Buffer.from([0x22, 0xff, 0x22]), "The event")).toEqual({
    refused: "The event is not valid UTF-8.",
  });
});

describe("nesting", () => {
  const nested = (depth: number) => "[".repeat(depth) + "]".repeat(depth);

  test("of 100 levels is read, of more it is refused, also if the text has no end", () => {
    expect(read(nested(100))).toHaveProperty("value");
    for (const text of [nested(101), "[".repeat(5_000_000), '{"a":'.repeat(600_000)]) {
      expect(read(text)).toEqual({ refused: "The body is nested deeper than 100 levels." });
    }
  });

  test("in texts does not count, whatever they contain", () => {
    fc.assert(
      fc.property(
        fc.string({ unit: fc.constantFrom("[", "{", '"', "\\", "a", "]"), maxLength: 300 }),
        (text) => {
          expect(read(JSON.stringify([text]))).toEqual({ value: [text] });
        },
      ),
    );
  });

  test("of many small lists is refused, because each takes much more memory than its text", () => {
    expect(read(`[${"[],".repeat(600_000)}[]]`)).toEqual({
      refused: "The body has more than 500000 lists and objects.",
    });
  });

  test("is the same however the bytes arrive", () => {
    const piece = fc.constantFrom("[".repeat(60), "]".repeat(20), '"[\\"["', "{", "}", "\\", '"');
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), fc.integer({ min: 1, max: 9 }), (pieces, size) => {
        const bytes = Buffer.from(pieces.join(""));
        const [whole, parts] = [new NestingScan(), new NestingScan()];
        whole.update(bytes);
        for (let at = 0; at < bytes.length; at += size) parts.update(bytes.subarray(at, at + size));
        expect(parts.mistake).toBe(whole.mistake);
      }),
    );
  });
});
