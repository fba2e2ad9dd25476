import { describe, expect, test } from "../../support/testing.ts";
import * as fc from "fast-check";
import type { Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import {
  fence,
  sanitizeCode,
  sanitizeInline,
  sanitizeMarkdown,
  sanitizeText,
} from "../../../src/text/sanitize.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { POLICY, policies } from "./policies.ts";
import { liveParts, readText, renderedLast } from "./rendered.ts";

describe("sanitised lines", () => {
  const NO_LIMIT = 1_000_000;

  test.each([
    ["words", "Add `x` and *y*", "Add `x` and *y*"],
    ["several lines become one", " one\n\n two\t three ", "one two three"],
    ["a heading", "# One", "\\# One"],
    ["a list item", "- One", "\\- One"],
    ["a task", "[ ] One", "\\[ ] One"],
    ["a number", "1. One", "1\\. One"],
    ["a pipe", "a | b \\| c", "a \\| b \\| c"],
    ["a person", "thanks @octocat", "thanks @\u200boctocat"],
    ["a person after an e-mail address", "a@b.co@octocat", "a\\@\u200bb.co\\@\u200boctocat"],
    ["a package and its version, which is not a person", "lodash@4.17.21", "lodash\\@4.17.21"],
    ["a closing keyword", "fixes #3", "f\u200bixes #3"],
    ["a keyword without a number, which closes nothing", "three fixes", "three fixes"],
    ["HTML", "<u>x</u>", "\\<u>x\\</u>"],
    ["HTML that is allowed", "<b>x</b>", "<b>x</b>"],
    ["details, which would be a block", "<details>", "\\<details>"],
    ["a link", "[x](https://docs.example.com/a)", "[x](https://docs.example.com/a)"],
    ["a link to another host", "[x](https://x.y)", "x (`https://x.y`)"],
    ["an address in a text that looks like a heading", "# https://x.y", "\\# `https://x.y`"],
    ["an issue of the project", "fixes #7", "fixes #7"],
    ["a command", "/lgtm", "/\u200blgtm"],
    ["the bot's own comment", "<!-- orb:files:start -->", "\\<!\u200b-- orb:files:start -->"],
    ["a token", "ghp_abcdefghijklmnopqrstuvwxyz0123", "\\[token removed]"],
    ["only invisible characters", "\u200b\u202e", ""],
  ])("an inline text: %s", (_what, text, expected) => {
    expect(sanitizeInline(text, NO_LIMIT, POLICY)).toBe(expected);
  });

  test.each([
    ["a path", "src/a b.ts", "`src/a b.ts`"],
    ["backticks", "a`b``c", "```a`b``c```"],
    ["a pipe", "a|b", "`a\\|b`"],
    ["a pipe after a backslash", "a\\|@octocat", "`a\\\u200b\\|@octocat`"],
    ["a line end", "a\nb", "`a b`"],
    ["only invisible characters", "\u200b", "`\ufffd`"],
    ["the bot's own comment", "<!-- orb:files:end -->", "`<!\u200b-- orb:files:end -->`"],
    ["a character that reverses the text direction", "gpj\u202e.exe", "`gpj.exe`"],
  ])("a text as code: %s", (_what, text, expected) => {
    expect(sanitizeCode(text, NO_LIMIT)).toBe(expected);
  });

  test.each([
    ["words are unchanged", "Add `x` & *y* <z>", 100, "Add `x` & *y* <z>"],
    ["several lines become one", "one\r\n two", 100, "one two"],
    ["a mention is broken", "thanks @octocat", 100, "thanks @\u200boctocat"],
    [
      "closing keywords are broken",
      "Fix #3 and closes o/r#4",
      100,
      "F\u200bix #3 and c\u200bloses o/r\u200b#4",
    ],
    ["a text that is too long is cut", "one two three", 8, "one two…"],
    ["a character is not cut in half", "ab👍", 3, "ab…"],
    ["only invisible characters give an empty text", " \u200b ", 100, ""],
  ])("a plain text: %s", (_what, text, maximum, expected) => {
    expect(sanitizeText(text, maximum)).toBe(expected);
  });

  test("a line that is too complex to parse becomes code, and stays the same when sanitised again", () => {
    const code = `\`${"*_[".repeat(50)} @octocat\``;
    expect(sanitizeInline(`${"*_[".repeat(50)} @octocat`, NO_LIMIT, POLICY)).toBe(code);
    expect(sanitizeInline(code, NO_LIMIT, POLICY)).toBe(code);
  });

  test("sanitising an inline text twice changes nothing, unless it has a pipe to escape for a table", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, (text, policy) => {
        const once = sanitizeInline(text.replaceAll("|", ""), NO_LIMIT, policy);
        expect(sanitizeInline(once, NO_LIMIT, policy)).toBe(once);
      }),
      { numRuns: 800 },
    );
  });

  const RUNS = { numRuns: 800 };
  const parser = unified().use(remarkParse).use(remarkGfm);

  test("any inline text is one paragraph of text", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, (text, policy) => {
        const inline = sanitizeInline(text, NO_LIMIT, policy);
        expect(inline).not.toContain("\n");
        expect(liveParts(inline, policy)).toEqual([]);
        const blocks = parser.parse(inline).children.map(({ type }) => type);
        expect(blocks).toEqual(inline === "" ? [] : ["paragraph"]);
      }),
      RUNS,
    );
  });

  /** The kinds of nodes in each cell of a table's only row. */
  function cells(row: string): string[][] {
    const { children }: Root = parser.parse(`| a | b |\n| - | - |\n${row}\n`);
    const [table, ...others] = children;
    if (table?.type !== "table" || others.length > 0) return [];
    return (table.children[1]?.children ?? []).map((cell) => cell.children.map(({ type }) => type));
  }

  test("any path stays code in its own cell of a table", () => {
    fc.assert(
      fc.property(hostileMarkdown, (path) => {
        expect(cells(`| ${sanitizeCode(path, NO_LIMIT)} | b |`)).toEqual([["inlineCode"], ["text"]]);
      }),
      RUNS,
    );
  });

  test("any inline text stays in its own cell of a table", () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        expect(cells(`| x${sanitizeInline(text, NO_LIMIT, POLICY)} | b |`)).toHaveLength(2);
      }),
      RUNS,
    );
  });

  test("a plain text stays within its limit, and sanitising a text that fits twice changes nothing", () => {
    fc.assert(
      fc.property(hostileMarkdown, fc.integer({ min: 1, max: 60 }), (text, maximum) => {
        expect(sanitizeText(text, maximum).length).toBeLessThanOrEqual(maximum);
        const once = sanitizeText(text, NO_LIMIT);
        expect(sanitizeText(once, NO_LIMIT)).toBe(once);
      }),
      RUNS,
    );
  });
});

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

  const RUNS = { numRuns: 1_500 };
  const FEWER_RUNS = { numRuns: 500 };

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

  test("as a block of code, nothing in a text is live, and sanitising it changes nothing", () => {
    fc.assert(
      fc.property(hostileMarkdown, (text) => {
        const fenced = fence(text);
        expect(liveParts(fenced, POLICY)).toEqual([]);
        expect(sanitizeMarkdown(fenced, NO_LIMIT, POLICY)).toBe(fenced);
      }),
      RUNS,
    );
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
