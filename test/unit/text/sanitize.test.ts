import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import { fence, sanitizeMarkdown } from "../../../src/text/markdown/sanitize.ts";
import { readingCost } from "../../../src/text/markdown/markdown-cost.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { POLICY, policies } from "./policies.ts";
import { liveParts, readText, renderedLast } from "./rendered.ts";

describe("sanitised Markdown", () => {
  const NO_LIMIT = 1_000_000;

  test("these tests' own check finds everything that GitHub would act on", () => {
    const text = [
      "@octocat **fixes** #3 o/r#4 fixes #7",
      "<u>x</u> <b id=x>x</b> ![i](https://x.y) [s](javascript:x) https://github.com/o/r/issues/5 <!-- x -->",
      "[a](https://evil.example) [b](https://docs.example.com) [c](https://a.trusted.example)",
      "/lgtm\u202e",
      "<!-- orb:summary:end -->",
    ].join("\n\n");
    expect(liveParts(text, POLICY)).toEqual([
      "command /lgtm",
      "comment of the bot",
      "invisible characters",
      "closing fixes #3",
      "mention @octocat ",
      "foreign reference  #3 o/r#4 fixes #7",
      "element u",
      "attribute b id",
      "element img",
      "address javascript:x",
      "foreign issue https://github.com/o/r/issues/5",
      "comment  x ",
      "link https://evil.example",
      "comment  orb:summary:end ",
    ]);
  });

  const RUNS = sampledInputs({ all: 1_500 });
  const FEWER_RUNS = sampledInputs({ all: 500 });

  test("in any text, only parts that the policy allows are live", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, (text, policy) => {
        expect(liveParts(sanitizeMarkdown(text, NO_LIMIT, policy), policy)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("sanitising a text twice changes nothing", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, (text, policy) => {
        const once = sanitizeMarkdown(text, NO_LIMIT, policy);
        expect(sanitizeMarkdown(once, NO_LIMIT, policy)).toBe(once);
      }),
      RUNS,
    );
  });

  test("a text never swallows what follows it", () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        expect(renderedLast(`${sanitizeMarkdown(text, NO_LIMIT, POLICY)}\n\nThe end`)).toBe("The end");
      }),
      RUNS,
    );
  });

  /** While its first token is there, the second one is not recognised. */
  const HIDING = String.raw`<br><sub>x</sub>ghp_aaaaaaaaaaaaaaaaaaaaaaaaa&#xB;ghp\_aaaaaaaaaaaaaaaaaaaaaaaaa`;

  test("as a block of code, nothing in a text is live, and sanitising it changes nothing", () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        const fenced = fence(text);
        expect(liveParts(fenced, POLICY)).toEqual([]);
        expect(sanitizeMarkdown(fenced, NO_LIMIT, POLICY)).toBe(fenced);
      }),
      { ...RUNS, examples: [[HIDING]] },
    );
  });

  test.each([
    ["the blank of Braille", "\u2800", " "],
    ["many of them", "\u2800".repeat(3), " "],
    ["a character reference to it", "&#x2800;", " "],
    ["a no-break space", "\u00a0", "\u00a0"],
    ["a null notehead", "\u{1d159}", " "],
    ["a blank of hieroglyphs", "\u{13441}", " "],
  ])("%s does not turn an index into small print", (_what, blank, shown) => {
    const text = `All pass${blank}<sub>Verified${blank}by</sub>${blank}<sub>CI</sub>`;
    expect(sanitizeMarkdown(text, NO_LIMIT, POLICY)).toBe(
      `All pass${shown}\\<sub>Verified${shown}by\\</sub>${shown}\\<sub>CI\\</sub>`,
    );
  });

  test("the blank of Braille next to Braille stays, and is a space for small print too", () => {
    expect(sanitizeMarkdown("x⠿\u2800<sub>Verified⠿\u2800⠿by</sub>", NO_LIMIT, POLICY)).toBe(
      "x⠿\u2800\\<sub>Verified⠿\u2800⠿by\\</sub>",
    );
  });

  test.each(["\u3164", "\u115f", "\u1160", "\uffa0", "\u{1d173}"])(
    "the invisible %j is removed",
    (filler) => {
      expect(sanitizeMarkdown(`All pass${filler} <sub>a</sub>${filler}x`, NO_LIMIT, POLICY)).toBe(
        "All pass \\<sub>a\\</sub>x",
      );
    },
  );

  test.each(["⠓⠑⠇⠇⠕\u2800⠺⠕⠗⠇⠙", "한국어", "\u1112\u1160", "\u115f\u1161\u11ab"])(
    "the letters of %s stay",
    (text) => {
      expect(sanitizeMarkdown(text, NO_LIMIT, POLICY)).toBe(text);
    },
  );

  test("a text whose marks are no longer in code after a secret was removed becomes a block of code", () => {
    const key = `-----BEGIN PRIVATE KEY-----\n\`\`\`\n${"QUJD".repeat(16)}\n-----END PRIVATE KEY-----`;
    const text = `${key}\n\n${"*a* [b](c)\n".repeat(20)}`;
    expect(readingCost(text)).toBeLessThan(1_500);
    expect(sanitizeMarkdown(text, NO_LIMIT, POLICY, { costMax: 1_500 })).toMatch(/^```\n[^]*\n```$/);
    expect(sanitizeMarkdown(text, NO_LIMIT, POLICY)).toContain("*a* ");
  });

  test("headings keep their level if the policy says so", () => {
    expect(sanitizeMarkdown("# One\n\n## Two", NO_LIMIT, POLICY, { keepHeadings: true })).toBe(
      "# One\n\n## Two",
    );
  });

  test("a text grows to at most 40 times its length", () => {
    const indented = `${"999999999. ".repeat(6)}a${"\na".repeat(900)}`;
    expect(sanitizeMarkdown(indented, NO_LIMIT, POLICY).length).toBeLessThanOrEqual(40 * indented.length);
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        expect(sanitizeMarkdown(text, NO_LIMIT, POLICY).length).toBeLessThanOrEqual(40 * text.length + 100);
      }),
      FEWER_RUNS,
    );
  });

  const words = fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), { minLength: 1, maxLength: 20 });
  const prose = fc
    .array(words, { minLength: 1, maxLength: 6 })
    .map((sentences) => sentences.map((sentence) => `So ${sentence.join(" ")}.`).join("\n\n"));

  test("plain words are unchanged", () => {
    fc.assert(fc.property(prose, (text) => expect(sanitizeMarkdown(text, NO_LIMIT, POLICY)).toBe(text)));
  });

  test("a reader sees the same words of any text without markup", () => {
    const marks = fc.constantFrom(
      "*",
      "_",
      "<",
      "&",
      "#",
      "|",
      "[",
      "]",
      "\\",
      "~",
      "`",
      "+",
      "-",
      "=",
      "é",
      "漢",
    );
    const line = fc
      .array(fc.oneof(marks, fc.constantFrom("word", "x1", " ")))
      .map((parts) => `a ${parts.join("")} z`);
    fc.assert(
      fc.property(line, (text) => {
        expect(readText(sanitizeMarkdown(text, NO_LIMIT, POLICY))).toBe(readText(text));
      }),
      FEWER_RUNS,
    );
  });

  test("text beyond the limit is cut, never inside a character, and ends with an ellipsis", () => {
    expect(sanitizeMarkdown("one two three", 8, POLICY)).toBe("one two…");
    expect(sanitizeMarkdown("one 👍👍", 6, POLICY)).toBe("one …");
    expect(sanitizeMarkdown("one", 3, POLICY)).toBe("one");
    expect(sanitizeMarkdown("```\nlong code\n```", 9, POLICY)).toBe("```\nlong…\n```");
    expect(sanitizeMarkdown("anything", 0, POLICY)).toBe("…");
  });
});
