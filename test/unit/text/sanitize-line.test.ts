import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import type { Root } from "mdast";
import remarkGfm from "remark-gfm";
import remarkParse from "remark-parse";
import { unified } from "unified";
import { sanitizeCode, sanitizeInline, sanitizeText } from "../../../src/text/sanitize.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { policies, POLICY } from "./policies.ts";
import { liveParts } from "./rendered.ts";

const NO_LIMIT = 1_000_000;

test.each([
  ["words", "Add `x` and *y*", "Add `x` and *y*"],
  ["lines become one", " one\n\n two\t three ", "one two three"],
  ["a heading", "# One", "\\# One"],
  ["a list item", "- One", "\\- One"],
  ["a task", "[ ] One", "\\[ ] One"],
  ["a number", "1. One", "1\\. One"],
  ["a pipe", "a | b \\| c", "a \\| b \\| c"],
  ["a person", "thanks @octocat", "thanks @\u200boctocat"],
  ["a person behind an e-mail address", "a@b.co@octocat", "a\\@\u200bb.co\\@\u200boctocat"],
  ["a package and its version, which is nobody", "lodash@4.17.21", "lodash\\@4.17.21"],
  ["a closing keyword", "fixes #3", "f\u200bixes #3"],
  ["a keyword at the end, which closes nothing", "three fixes", "three fixes"],
  ["HTML", "<u>x</u>", "\\<u>x\\</u>"],
  ["HTML that is allowed", "<b>x</b>", "<b>x</b>"],
  ["details, which would be a block", "<details>", "\\<details>"],
  ["a link", "[x](https://docs.example.com/a)", "[x](https://docs.example.com/a)"],
  ["a link elsewhere", "[x](https://x.y)", "x (`https://x.y`)"],
  ["an address in what would be a heading", "# https://x.y", "\\# `https://x.y`"],
  ["an issue of the project's", "fixes #7", "fixes #7"],
  ["a command", "/lgtm", "/\u200blgtm"],
  ["the bot's own comment", "<!-- orb:files:start -->", "\\<!\u200b-- orb:files:start -->"],
  ["a token", "ghp_abcdefghijklmnopqrstuvwxyz0123", "\\[token removed]"],
  ["nothing but what can't be seen", "\u200b\u202e", ""],
])("an inline text: %s", (_what, text, expected) => {
  expect(sanitizeInline(text, NO_LIMIT, POLICY)).toBe(expected);
});

test.each([
  ["a path", "src/a b.ts", "`src/a b.ts`"],
  ["backticks", "a`b``c", "```a`b``c```"],
  ["a pipe", "a|b", "`a\\|b`"],
  ["a pipe behind a backslash", "a\\|@octocat", "`a\\\u200b\\|@octocat`"],
  ["a line end", "a\nb", "`a b`"],
  ["nothing but what can't be seen", "\u200b", "`\ufffd`"],
  ["the bot's own comment", "<!-- orb:files:end -->", "`<!\u200b-- orb:files:end -->`"],
  ["a direction that turns the name around", "gpj\u202e.exe", "`gpj.exe`"],
])("a text as code: %s", (_what, text, expected) => {
  expect(sanitizeCode(text, NO_LIMIT)).toBe(expected);
});

test.each([
  ["words stay as they are", "Add `x` & *y* <z>", 100, "Add `x` & *y* <z>"],
  ["lines become one", "one\r\n two", 100, "one two"],
  ["nobody is mentioned", "thanks @octocat", 100, "thanks @\u200boctocat"],
  ["nothing is closed", "Fix #3 and closes o/r#4", 100, "F\u200bix #3 and c\u200bloses o/r\u200b#4"],
  ["what is too long is cut", "one two three", 8, "one two…"],
  ["a character is not cut in half", "ab👍", 3, "ab…"],
  ["nothing but what can't be seen is nothing", " \u200b ", 100, ""],
])("a plain text: %s", (_what, text, maximum, expected) => {
  expect(sanitizeText(text, maximum)).toBe(expected);
});

test("a line too tangled to be parsed comes out as code, which stays as it is", () => {
  const code = `\`${"*_[".repeat(50)} @octocat\``;
  expect(sanitizeInline(`${"*_[".repeat(50)} @octocat`, NO_LIMIT, POLICY)).toBe(code);
  expect(sanitizeInline(code, NO_LIMIT, POLICY)).toBe(code);
});

test("an inline text sanitised twice is the same as once, where it holds no pipe to be escaped for a table", () => {
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

test("an inline text is one paragraph of text, whatever it is made of", () => {
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

/** How the cells of a table's only row are made up. */
function cells(row: string): string[][] {
  const { children }: Root = parser.parse(`| a | b |\n| - | - |\n${row}\n`);
  const [table, ...others] = children;
  if (table?.type !== "table" || others.length > 0) return [];
  return (table.children[1]?.children ?? []).map((cell) => cell.children.map(({ type }) => type));
}

test("a path stays code in its own cell of a table, whatever it is made of", () => {
  fc.assert(
    fc.property(hostileMarkdown, (path) => {
      expect(cells(`| ${sanitizeCode(path, NO_LIMIT)} | b |`)).toEqual([["inlineCode"], ["text"]]);
    }),
    RUNS,
  );
});

test("an inline text stays in its own cell of a table, whatever it is made of", () => {
  fc.assert(
    fc.property(hostileMarkdown, (text) => {
      expect(cells(`| x${sanitizeInline(text, NO_LIMIT, POLICY)} | b |`)).toHaveLength(2);
    }),
    RUNS,
  );
});

test("a plain text keeps to its limit, and twice is the same as once where it fits", () => {
  fc.assert(
    fc.property(hostileMarkdown, fc.integer({ min: 1, max: 60 }), (text, maximum) => {
      expect(sanitizeText(text, maximum).length).toBeLessThanOrEqual(maximum);
      const once = sanitizeText(text, NO_LIMIT);
      expect(sanitizeText(once, NO_LIMIT)).toBe(once);
    }),
    RUNS,
  );
});
