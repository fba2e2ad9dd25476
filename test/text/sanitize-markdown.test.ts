import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { sanitizeMarkdown } from "../../src/text/sanitize.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { liveParts, readText } from "./rendered.ts";

const NO_LIMIT = 1_000_000;

test.each([
  // People
  ["people and teams", "Hi @octocat, @org/team!", "Hi @\u200boctocat, @\u200borg/team!"],
  ["people after a bracket or a slash", "(@octocat) /@octocat", "(@\u200boctocat) /@\u200boctocat"],
  ["a person after a lone backtick", "\\`@octocat", "\\`@\u200boctocat"],
  ["a person in code, who is not told", "`@octocat`", "`@octocat`"],
  ["a person in emphasis", "**@octocat**", "**@\u200boctocat**"],
  ["a person put together from a dead link", "@[octocat](javascript:x)", "@\u200boctocat"],
  ["a person put together from a reference", "@[octocat][r]\n\n[r]: https://x.example", "@\u200boctocat"],
  ["a person behind an entity", "&#64;octocat", "@\u200boctocat"],
  ["a person behind a character that can't be seen", "@\u200boctocat", "@\u200boctocat"],
  ["a person in a table", "| a |\n| - |\n| @octocat |", "| a |\n| - |\n| @\u200boctocat |"],
  ["a person behind an e-mail address", "a@b.co@octocat", "[a@b.co](mailto:a@b.co)@\u200boctocat"],
  ["an e-mail address", "to ines@x.example", "to [ines@x.example](mailto:ines@x.example)"],
  // Issues
  ["closing keywords", "Fixes #3, closes GH-4", "F\u200bixes #3, c\u200bloses GH-4"],
  ["a closing keyword with a colon", "resolves: #5", "r\u200besolves: #5"],
  ["a closing keyword over a line end", "fixes\n#3", "f\u200bixes\n\\#3"],
  ["a closing keyword in emphasis", "**Fixes** #3", "**F\u200bixes** #3"],
  ["a closing keyword before emphasis", "fixes *#3*", "f\u200bixes *#3*"],
  ["a closing keyword in a link", "[fixes](https://x.y) #3", "[f\u200bixes](https://x.y) #3"],
  ["a closing keyword with another repository", "Closes o/r#5", "C\u200bloses o/r\u200b#5"],
  ["another repository's issue", "as in o/r#5", "as in o/r\u200b#5"],
  [
    "the address of another repository's issue",
    "Closes https://github.com/o/r/issues/7",
    "C\u200bloses [https://github.com/o/r/issues/\u200b7](https://redirect.github.com/o/r/issues/7)",
  ],
  [
    "a link to another repository's issue",
    "[x](http://www.github.com/o/r/pull/7)",
    "[x](https://redirect.github.com/o/r/pull/7)",
  ],
  ["a keyword in code, which closes nothing", "`fixes #3`", "`fixes #3`"],
  [
    "words that only look like keywords",
    "This fixes the prefix #3 of issue #4",
    "This fixes the prefix #3 of issue #4",
  ],
  // HTML
  ["a script", "<script>alert(1)</script>", "\\<script>alert(1)\\</script>"],
  ["a tag in a line", "<b onclick=x>hi</b> there", "\\<b onclick=x>hi\\</b> there"],
  ["tags around Markdown", "<details>\n\n**x**\n\n</details>", "\\<details>\n\n**x**\n\n\\</details>"],
  ["the bot's own comments", "<!-- orb:summary:end -->", "\\<!\u200b-- orb:summary:end -->"],
  ["the bot's own comments in code", "`<!-- orb:summary:end -->`", "`<!\u200b-- orb:summary:end -->`"],
  ["the bot's own comments in entities", "&lt;!-- orb:x --&gt;", "\\<!\u200b-- orb:x -->"],
  ["other comments", "a <!-- hidden --> b", "a \\<!-- hidden --> b"],
  // Images and addresses
  ["an image", "![chart](https://x.example/x.png)", "[chart](https://x.example/x.png)"],
  ["an image without an address", "![](data:image/png;base64,AA)", "image"],
  ["an image by reference", "![chart][c]\n\n[c]: https://x.example/x.png", "chart"],
  ["an image in a link", "[![b](https://x.example/b.svg)](https://x.example)", "[b](https://x.example)"],
  ["an image as HTML", "<img src=x>", "\\<img src=x>"],
  ["a link that runs a script", "[click](JaVaScRiPt:alert(1))", "click"],
  ["a link that holds a page", "[click](data:text/html,x)", "click"],
  ["a link that names no protocol", "[click](//x.example)", "click"],
  ["a link in angle brackets that runs a script", "<javascript:x>", "javascript:x"],
  ["a link by reference", "[ref]\n\n[ref]: https://x.example", "ref"],
  ["a link with a title", '[ok](https://x.example "t")', "[ok](https://x.example)"],
  ["a footnote", "a[^1]\n\n[^1]: note", "a\\[1]\n\n\\[1]\n\nnote"],
  // What can't be seen
  ["bidirectional and zero-width characters", "a\u202eb\u200bc\u2066d\ufeff", "abcd"],
  ["colours of a terminal", "\u001b[31mred\u001b[0m", "red"],
  ["a terminal's title that never ends", "\u001b]0;x\nnext line", "next line"],
  ["line ends of every kind", "a\r\nb\rc\r\n\r\nd", "a\nb\nc\n\nd"],
  ["half a character", "half \ud83d of it", "half \ufffd of it"],
  ["control characters", "a\u0000b\u0007c", "abc"],
  // Secrets
  ["a token", "ghp_abcdefghijklmnopqrstuvwxyz0123", "\\[token removed]"],
  ["a token escaped for Markdown", "ghp\\_abcdefghijklmnopqrstuvwxyz0123", "\\[token removed]"],
  ["a token in code", "`ghp_abcdefghijklmnopqrstuvwxyz0123`", "`[token removed]`"],
  [
    "a token escaped in an address",
    "[x](https://x.y/?t=gho\\_abcdefghijklmnopqrstuvwxyz0123)",
    "[x](<https://x.y/?t=\\[token removed]>)",
  ],
  ["the long form of an installation's token", "ghs_0123_abc.DEF-ghi.jkl-mno-pqr", "\\[token removed]"],
  [
    "a private key",
    "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nx",
    "\\[private key removed]\nx",
  ],
  ["a private key that is cut off", "-----BEGIN PRIVATE KEY-----\nMII", "\\[private key removed]"],
  // Structure
  ["headings, which go below the bot's", "# One\n\n## Two", "### One\n\n#### Two"],
  ["headings that are low enough", "### One\n\n###### Six", "### One\n\n###### Six"],
  ["an underlined heading", "Title\n===", "### Title"],
  ["a fence that is never closed", "```\ncode", "```\ncode\n```"],
  ["a fence around a fence", "````\n```\n````", "````\n```\n````"],
  ["words behind a fence's language", '```js title="@x"\n1\n```', "```js\n1\n```"],
  ["lists and tasks", "* a\n* [ ] b", "- a\n- [ ] b"],
  ["quotations too deep to read", "> > > > > > > > x", "> > > > > > x"],
  ["the bot's templates and replacement patterns", "{{ x }} {% raw %} $& $1", "{{ x }} {% raw %} $& $1"],
  ["nothing", "", ""],
])("%s", (_what, text, expected) => {
  const sanitized = sanitizeMarkdown(text, NO_LIMIT);
  expect(sanitized).toBe(expected);
  expect(liveParts(sanitized)).toEqual([]);
});

test("the judge of these tests sees what GitHub would act on", () => {
  const text = [
    "# h",
    "@octocat **fixes** #3 o/r#4",
    "<b>x</b> ![i](https://x.y) [s](javascript:x) https://github.com/o/r/issues/5",
    "[d]: x",
  ].join("\n\n");
  expect(liveParts(text)).toEqual([
    "heading 1",
    "closing @octocat fixes #3 o/r#4",
    "mention @octocat ",
    "foreign reference  #3 o/r#4",
    "html <b>",
    "html </b>",
    "image i",
    "address javascript:x",
    "foreign issue https://github.com/o/r/issues/5",
    "definition d",
  ]);
});

const RUNS = { numRuns: 500 };

test("whatever it is made of, nothing in it is live", () => {
  fc.assert(
    fc.property(hostileMarkdown, (text) => {
      expect(liveParts(sanitizeMarkdown(text, NO_LIMIT))).toEqual([]);
    }),
    RUNS,
  );
});

test("no hidden comment of the bot's comes out of it, not even inside of code", () => {
  fc.assert(
    fc.property(hostileMarkdown, (text) => {
      expect(sanitizeMarkdown(text, NO_LIMIT)).not.toMatch(/<!--\s*orb:/);
    }),
    RUNS,
  );
});

test("sanitised twice, it is the same as once", () => {
  fc.assert(
    fc.property(hostileMarkdown, (text) => {
      const once = sanitizeMarkdown(text, NO_LIMIT);
      expect(sanitizeMarkdown(once, NO_LIMIT)).toBe(once);
    }),
    RUNS,
  );
});

test("it grows to 40 times its length at most", () => {
  const indented = `${"999999999. ".repeat(6)}a${"\na".repeat(900)}`;
  expect(sanitizeMarkdown(indented, NO_LIMIT).length).toBeLessThanOrEqual(40 * indented.length);
  fc.assert(
    fc.property(hostileMarkdown, (text) => {
      expect(sanitizeMarkdown(text, NO_LIMIT).length).toBeLessThanOrEqual(40 * text.length + 100);
    }),
    RUNS,
  );
});

const words = fc.array(fc.stringMatching(/^[A-Za-z0-9]{1,12}$/), { minLength: 1, maxLength: 20 });
const prose = fc
  .array(words, { minLength: 1, maxLength: 6 })
  .map((sentences) => sentences.map((sentence) => `So ${sentence.join(" ")}.`).join("\n\n"));

test("plain words come out as they went in", () => {
  fc.assert(fc.property(prose, (text) => expect(sanitizeMarkdown(text, NO_LIMIT)).toBe(text)));
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
      expect(readText(sanitizeMarkdown(text, NO_LIMIT))).toBe(readText(text));
    }),
    RUNS,
  );
});

test("what is beyond the limit is cut, never through a character, and an ellipsis says so", () => {
  expect(sanitizeMarkdown("one two three", 8)).toBe("one two…");
  expect(sanitizeMarkdown("one 👍👍", 6)).toBe("one …");
  expect(sanitizeMarkdown("one", 3)).toBe("one");
  expect(sanitizeMarkdown("```\nlong code\n```", 9)).toBe("```\nlong…\n```");
  expect(sanitizeMarkdown("anything", 0)).toBe("…");
});
