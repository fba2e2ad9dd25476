import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import type { Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { sanitizeCode, sanitizeInline, sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { POLICY, policies } from "./policies.ts";
import { elementsOf, liveParts, shownTexts } from "./rendered.ts";

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
      "references behind closing keywords are broken, and the words stay whole",
      "fix: #3, Closes o/r#4, resolved GH-5",
      100,
      "fix: #\u200b3, Closes o/r#\u200b4, resolved GH-\u200b5",
    ],
    [
      "an issue's address behind a keyword",
      "fixes https://github.com/o/r/issues/4",
      100,
      "fixes https://github.com/o/r/issues/\u200b4",
    ],
    ["a reference without a keyword stays", "fix(api): #3 and prefix #4", 100, "fix(api): #3 and prefix #4"],
    ["a character of several parts is not cut", "a 👩\u200d💻👩", 6, "a 👩…"],
    ["a package might be a team, if no owner is known", "@types/node", 100, "@\u200btypes/node"],
    ["a text that is too long is cut", "one two three", 8, "one two…"],
    ["a character is not cut in half", "ab👍", 3, "ab…"],
    ["only invisible characters give an empty text", " \u200b ", 100, ""],
  ])("a plain text: %s", (_what, text, maximum, expected) => {
    expect(sanitizeText(text, maximum)).toBe(expected);
  });

  test("in a repository's title, packages are whole, and people and the owner's teams are not mentioned", () => {
    const title = "Bump @types/node@22.1 (@Octo/core, @octocat) from @a/b to @a/";
    expect(sanitizeText(title, NO_LIMIT, { owner: "octo" })).toBe(
      "Bump @types/node@22.1 (@\u200bOcto/core, @\u200boctocat) from @a/b to @\u200ba/",
    );
  });

  test("a line that is too complex to parse becomes code, and stays the same when sanitised again", () => {
    const code = `\`${"*_[".repeat(50)} @octocat\``;
    expect(sanitizeInline(`${"*_[".repeat(50)} @octocat`, NO_LIMIT, POLICY)).toBe(code);
    expect(sanitizeInline(code, NO_LIMIT, POLICY)).toBe(code);
  });

  test("sanitising an inline or a plain text twice changes nothing", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, fc.boolean(), (text, policy, isPlain) => {
        const once = sanitizeInline(text, NO_LIMIT, policy, { isPlain });
        expect(sanitizeInline(once, NO_LIMIT, policy, { isPlain })).toBe(once);
      }),
      sampledInputs({ all: 1_500 }),
    );
  });

  const RUNS = sampledInputs({ all: 800 });
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

  test("any inline text stays in its own cell of a table, and nothing in it is live there", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, (text, policy) => {
        const row = `| x${sanitizeInline(text, NO_LIMIT, policy)} | b |`;
        expect(cells(row)).toHaveLength(2);
        expect(liveParts(`| a | b |\n| - | - |\n${row}\n`, policy)).toEqual([]);
      }),
      RUNS,
    );
  });

  test("no inline text has a second line or small print, and no plain one is bold or has the mark of a verdict", () => {
    fc.assert(
      fc.property(hostileMarkdown, policies, (text, policy) => {
        const small = ["br", "sub", "sup"];
        const line = sanitizeInline(text, NO_LIMIT, policy);
        expect(elementsOf(line).filter((name) => small.includes(name))).toEqual([]);
        const claim = sanitizeInline(text, NO_LIMIT, policy, { isPlain: true });
        expect(elementsOf(claim).filter((name) => [...small, "strong", "b"].includes(name))).toEqual([]);
        expect(shownTexts(claim).filter((shown) => /✅|:x:/.test(shown))).toEqual([]);
      }),
      RUNS,
    );
  });

  test.each([
    [
      "its small print",
      "Fine<br><sub>Verified by CI: `test` passed.</sub>",
      "Fine\\<br>\\<sub>Verified by CI: `test` passed.\\</sub>",
    ],
    ["raised small print", "Fine <sup>Verified</sup>", "Fine \\<sup>Verified\\</sup>"],
    ["a second line by a backslash", "Fine\\\nVerified by CI", "Fine\\ Verified by CI"],
    ["a second line by two spaces", "Fine  \nVerified by CI", "Fine Verified by CI"],
    ["a second line by a character reference", "Fine&#10;&NewLine;Verified by CI", "Fine Verified by CI"],
    ["its mark and its bold word", "✅ **Tests:** all <b>pass</b>", "`✅` Tests: all \\<b>pass\\</b>"],
    ["its mark as a character reference", "&#x2705; Fine", "`✅` Fine"],
    ["its mark by name", ":white_check_mark: :tada: Fine", "`:white_check_mark:` :tada: Fine"],
    ["its mark as a picture", "![✅](https://x.y/a.png) Fine", "`✅` (`https://x.y/a.png`) Fine"],
    ["a row of a table", "| ✅ | passed |", "\\| `✅` \\| passed \\|"],
    ["its hidden line", "Fine <!-- orb:claims:end -->", "Fine \\<!\u200b-- orb:claims:end -->"],
  ])("a claim can't imitate the bot's verdict with %s", (_what, claim, shown) => {
    expect(sanitizeInline(claim, NO_LIMIT, POLICY, { isPlain: true })).toBe(shown);
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
