import * as fc from "fast-check";
import { describe, expect, test } from "../../support/testing.ts";
import { clip, clipBytes, mostThatFit } from "../../../src/text/clip.ts";

const anyText = fc.string({ unit: "binary", maxLength: 300 });

test("a text is cut at a limit in bytes of UTF-8, never inside a character, and shows that", () => {
  expect(clipBytes("日本語", 9)).toBe("日本語");
  expect(clipBytes("日本語", 8)).toBe("日…");
  expect(clipBytes("a😀b", 6)).toBe("a😀b");
  expect(clipBytes("aa😀b", 6)).toBe("aa…");
  fc.assert(
    fc.property(anyText, fc.integer({ min: 3, max: 400 }), (text, bytesMax) => {
      const cut = clipBytes(text, bytesMax);
      expect(Buffer.byteLength(cut)).toBeLessThanOrEqual(bytesMax);
      expect(cut.isWellFormed()).toBe(true);
      const isCut = Buffer.byteLength(text) > bytesMax;
      expect(isCut ? cut.endsWith("…") && text.startsWith(cut.slice(0, -1)) : cut === text).toBe(true);
    }),
  );
});

test("a text is cut at a limit in characters, never inside a surrogate pair", () => {
  expect(clip("a😀b", 3)).toBe("a…");
});

describe("items that fit", () => {
  const show = (count: number) => `${"日".repeat(count)}+${5 - count}`;

  test.each([
    { bytesMax: 100, shown: "日日日日日+0" },
    { bytesMax: 16, shown: "日日日日+1" },
    { bytesMax: 3, shown: "+5" },
    { bytesMax: 0, shown: "+5" },
  ])("$bytesMax bytes: $shown", ({ bytesMax, shown }) => {
    expect(mostThatFit(5, show, bytesMax)).toBe(shown);
  });
});
