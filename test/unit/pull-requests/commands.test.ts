import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import { type CommandFacts, judgeCommand } from "../../../src/pull-requests/commands/rules/judge-command.ts";
import {
  COMMANDS_PER_COMMENT_MAX,
  parseCommands,
} from "../../../src/pull-requests/commands/rules/parse-commands.ts";
import { withoutCode } from "../../../src/pull-requests/commands/rules/without-code.ts";
import { parseMarkdown } from "../../../src/text/markdown/markdown.ts";
import { effortOf } from "../../support/effort.ts";
import { COMMANDS } from "../../../src/pull-requests/record/rules/command.ts";

describe("reading commands", () => {
  /** It takes too long to parse, unless it is code. */
  const LOG = "a_b*c [d]\n".repeat(2_000).trimEnd().split("\n");
  const inList = LOG.map((line) => `  ${line}`);
  const inInnerList = LOG.map((line) => `     ${line}`);

  describe("a command is recognised", () => {
    test.each([
      ["every command, first half", COMMANDS.slice(0, 5).map((name) => `/orb ${name}`), COMMANDS.slice(0, 5)],
      ["every command, second half", COMMANDS.slice(5).map((name) => `/orb ${name}`), COMMANDS.slice(5)],
      ["in capitals", ["/ORB Refresh"], ["refresh"]],
      ["followed by words for people", ["/orb hold until Monday, please"], ["hold"]],
      ["after a sentence, on a line of its own", ["Looks good.", "/orb ready"], ["ready"]],
      ["with a tab and spaces", ["/orb \t status  "], ["status"]],
      ["nothing after /orb asks for help", ["/orb"], ["help"]],
      ["an unknown word", ["/orb deploy"], ["unknown"]],
      ["a word that is far too long", [`/orb ${"x".repeat(10_000)}`], ["unknown"]],
      ["the same command twice counts once", ["/orb retry", "/orb retry"], ["retry"]],
      ["after a block of code that was closed", ["```", "x", "```", "/orb draft"], ["draft"]],
      ["a longer fence closes a shorter one", ["~~~", "x", "~~~~", "/orb draft"], ["draft"]],
      ["after a code span of three backticks", ["```x```", "/orb draft"], ["draft"]],
      ["after a code span of three backticks and a word", ["```x``` is fine", "", "/orb draft"], ["draft"]],
      ["after a quotation and an empty line", ["> /orb hold", "", "/orb draft"], ["draft"]],
      ["after a comment", ["<!-- x", "/orb hold -->", "/orb draft"], ["draft"]],
      ["after a list, without an empty line", ["- done", "/orb ready"], ["ready"]],
      ["in a paragraph of a list", ["- done", "", "  /orb ready"], ["ready"]],
      ["behind up to three spaces", ["   /orb hold"], ["hold"]],
      ["above a line, which makes it a heading", ["/orb hold", "---"], ["hold"]],
      ["in details", ["<details>", "", "/orb hold", "", "</details>"], ["hold"]],
      ["after a no-break space", ["/orb\u00a0refresh"], ["refresh"]],
      ["with a full stop", ["/orb refresh.", "/orb hold. Thanks."], ["refresh", "hold"]],
      ["nothing but a full stop is an unknown word", ["/orb ."], ["unknown"]],
      [
        "after HTML that quotes",
        ["<blockquote>", "", "/orb hold", "", "</blockquote>", "", "/orb draft"],
        ["draft"],
      ],
      ["after code in HTML", ["see <code>x</code> and <KBD title='</kbd>'>y</kbd>", "/orb draft"], ["draft"]],
      ["in an element that does not quote", ["<div><p align=center>", "", "/orb draft"], ["draft"]],
      ["after a word that looks like a tag", ["Vec<T> is fine", "/orb draft"], ["draft"]],
      ["between prices", ["It costs $5", "/orb hold", "or $6"], ["hold"]],
      ["after a formula", ["$$", "x^2", "$$", "/orb hold"], ["hold"]],
      ["between code with a formula's mark", ["`$$`", "/orb hold", "`$$`"], ["hold"]],
      [
        "with an e-mail address",
        ["See a@b.co", "/orb hold, says c@d.co and x_y@e.co", "/orb ready"],
        ["unknown", "ready"],
      ],
      ["with markup", ["*Please*", "/orb hold **now** `x`"], ["hold"]],
      ["after a quotation and a long log", ["> x", "~~~", ...LOG, "~~~", "/orb retry"], ["retry"]],
      ["after a long log", ["```", ...LOG, "```", "/orb retry"], ["retry"]],
      ["after a long log whose fence is indented", ["  ```sh", ...LOG, "  ```", "/orb retry"], ["retry"]],
      [
        "after a long log that ends with an indented fence",
        ["```", ...LOG, "   ```", "/orb retry"],
        ["retry"],
      ],
      ["after a long log in a list", ["- log:", "  ```", ...inList, "  ```", "", "/orb retry"], ["retry"]],
      ["after a long log that begins an item", ["- ```", ...inList, "  ```", "/orb retry"], ["retry"]],
      [
        "after a long log in a list in a list",
        ["1. - log:", "", "     ```", ...inInnerList, "     ```", "", "   /orb retry"],
        ["retry"],
      ],
      [
        "after a long log with other fences in it",
        ["````", "```", ...LOG, "~~~", "````", "/orb retry"],
        ["retry"],
      ],
      [
        "after a long log in details",
        ["<details>", "", "```", ...LOG, "```", "", "</details>", "", "/orb retry"],
        ["retry"],
      ],
      ["above a long log that is never closed", ["/orb retry", "```", ...LOG], ["retry"]],
    ])("%s", (_name, lines, commands) => {
      expect(parseCommands(lines.join("\n"))).toEqual(commands);
      expect(parseCommands(lines.join("\r\n"))).toEqual(commands);
    });
  });

  describe("a text is not a command", () => {
    test.each([
      ["no text", ""],
      ["in a line", "Try /orb retry"],
      ["quoted", "> /orb cleanup"],
      ["as code", "`/orb cleanup`"],
      ["in a block of code", "```\n/orb cleanup\n```"],
      ["in a block of code that is never closed", "~~~sh\n/orb cleanup"],
      ["after a line that only looks like the end of a block", "```\n``` sh\n/orb cleanup"],
      ["indented", "    /orb cleanup"],
      ["in a quotation that goes on without its mark", "> As you said:\n/orb cleanup"],
      ["in a quotation in a list", "- > a\n/orb cleanup"],
      ["in a comment", "<!--\n/orb cleanup\n-->"],
      ["in a comment with empty lines", "<!-- a\n\n/orb cleanup\n\n-->"],
      ["in a comment that is never closed", "<!--\n\n/orb cleanup"],
      ["in a comment inside a line", "a <!-- b\n/orb cleanup --> c"],
      ["in a code span over lines", "`a\n/orb cleanup\nb`"],
      ["in a code span of three backticks over lines", "a ```b\n/orb cleanup\nc```"],
      ["in a block of code in a list", "- ```\n  /orb cleanup\n  ```"],
      ["indented behind a tab", "\t/orb cleanup"],
      ["in preformatted HTML", "<pre>\n/orb cleanup\n</pre>"],
      ["in a table", "/orb cleanup | a\n--- | ---\n/orb cleanup | b"],
      ["in a footnote", "a[^1]\n\n[^1]: b\n/orb cleanup"],
      ["as an item of a list", "- /orb cleanup"],
      ["with an escaped slash", "\\/orb cleanup"],
      ["with a slash as a character reference", "&sol;orb cleanup"],
      ["in a text that takes too long to parse", `> ${"a\n".repeat(30_000)}\n\n/orb cleanup`],
      ...["blockquote", "code", "pre", "samp", "tt", "kbd", "q", "var", "del", "table", "textarea"].flatMap(
        (name) => [
          [`in <${name}>, with empty lines`, `<${name}>\n\n/orb cleanup\n\n</${name}>`],
          [`in <${name}> in a paragraph`, `see <${name}>\n/orb cleanup\n</${name}>`],
          [
            `in <${name.toUpperCase()} class="x"> that is never closed`,
            `<${name.toUpperCase()} class="x">\n\nx\n\n/orb cleanup`,
          ],
        ],
      ),
      ["in a cell of a table in HTML", "<table><tr><td>\n\n/orb cleanup\n\n</td></tr></table>"],
      ["in a quotation in HTML, whose end is quoted", "<blockquote>\n\n> </blockquote>\n\n/orb cleanup"],
      [
        "in a quotation in HTML, whose end is a comment",
        "<blockquote>\n<!-- </blockquote> -->\n\n/orb cleanup",
      ],
      ["in a quotation in HTML, whose end is code", "<blockquote>\n\n`</blockquote>`\n\n/orb cleanup"],
      ["in a quotation in a quotation, in HTML", "<blockquote><blockquote></blockquote>\n\n/orb cleanup"],
      ["in an element of a list that is never closed", "- <code>\n\n/orb cleanup"],
      ["after a tag that never ends", '<p title="\n\n/orb cleanup\n\n">'],
      ["in a formula", "$$\n/orb cleanup\n$$"],
      ["in a formula with empty lines", "$$\n\n/orb cleanup\n\n$$"],
      ["in a formula inside a line", "a $b\n/orb cleanup\nc$ d"],
      ...Object.entries({
        "in preformatted HTML": ["<pre>", "```", ...LOG, "</pre>", "", "```", "/orb cleanup", "```"],
        "in an HTML block": ["<div>", "```", "", ...LOG, "", "```", "/orb cleanup", "```"],
        "in a comment": ["<!--", "```", ...LOG, "-->", "", "```", "/orb cleanup", "```"],
        "that ends its list": ["- ```", ...LOG, "  ```", "/orb cleanup", "  ```"],
        "that is indented code": ["    ```", ...LOG, "", "```", "/orb cleanup", "```"],
        "that its list ends": ["- ```", ...inList, "```", "/orb cleanup", "```"],
        "that is never closed": ["```", ...LOG, "", "/orb cleanup"],
        "whose end is indented too far": ["```", ...LOG, "    ```", "/orb cleanup", "```"],
        "in an element that quotes": ["<blockquote>", "", "```", ...LOG, "```", "", "/orb cleanup"],
      }).map(([name, lines]) => [`after a long log ${name}`, lines.join("\n")]),
      ["another bot's", "/orbit status"],
      ["without the slash", "orb status"],
      ["a word attached by a character that is not a space", "/orb\u2028hold"],
    ])("%s", (_name, comment) => {
      expect(parseCommands(comment)).toEqual([]);
    });

    test("a property that every object has is not a command", () => {
      expect(parseCommands("/orb constructor")).toEqual(["unknown"]);
    });
  });

  test.each([
    "`",
    "```a\n",
    "~~~\n",
    "> a\n",
    "- a\n",
    "|a|b|\n|-|-|\n|c|d|\n",
    "<!-- a\n",
    "a@b.c ",
    " ",
    "/orb x\n",
    "<q>",
    "<q>\n\n",
    "- <q>\n",
    "<!--",
    "$a ",
    "$$ /orb\n",
    "*a ",
    "[a](",
  ])("64 KiB of %j are read fast", (unit) => {
    const text = `/orb hold\n\n${unit.repeat(65_000 / unit.length)}\n\n/orb ready`;
    expect(effortOf(() => parseCommands(text), { atMost: 300 })).toBeLessThan(300);
  });

  test("leaving out what is certainly code changes no command", () => {
    const starts = fc.constantFrom("", "", " ", "  ", "   ", "    ", "- ", "  - ", "1. ", "> ", "\t");
    const rests = fc.constantFrom(
      ..."/orb hold|/orb ready|```|```|~~~|````|``` sh|x|<pre>|</pre>|<div>|<!--|-->|`|---|".split("|"),
    );
    const line = fc.tuple(starts, rests).map((parts) => parts.join(""));
    let certain = 0;
    fc.assert(
      fc.property(fc.array(line, { minLength: 3, maxLength: 12 }), (lines) => {
        const whole = lines.join("\n");
        const { text, isCertain } = withoutCode(whole);
        if (text === whole || !isCertain(parseMarkdown(text))) return;
        certain++;
        expect(parseCommands(text)).toEqual(parseCommands(whole));
      }),
      sampledInputs({ all: 4_000, sample: 800 }),
    );
    expect(certain).toBeGreaterThan(200);
  });

  test("any comment gives a few commands, each of them known", () => {
    const line = fc.oneof(
      fc.constantFrom(
        ...COMMANDS.map((name) => `/orb ${name}`),
        "/orb",
        "/orb x",
        "```",
        "~~~~",
        "> /orb hold",
        "<!--",
        "-->",
        "`",
        "- ",
      ),
      fc.string({ unit: "binary" }),
    );
    fc.assert(
      fc.property(fc.array(line, { maxLength: 40 }), (lines) => {
        const commands = parseCommands(lines.join("\n"));
        expect(commands.length).toBeLessThanOrEqual(COMMANDS_PER_COMMENT_MAX);
        expect(new Set(commands).size).toBe(commands.length);
        for (const command of commands) expect([...COMMANDS, "unknown"]).toContain(command);
      }),
      sampledInputs({ all: 2_000 }),
    );
  });
});

describe("judging commands", () => {
  const OPEN: CommandFacts = { status: "open", onGitHub: true, troubled: false, quarantine: false };

  describe("a healthy open pull request allows", () => {
    test.each(COMMANDS.filter((command) => command !== "retry"))("%s", (command) => {
      expect(judgeCommand(command, OPEN)).toBeNull();
    });
  });

  test.each([
    { command: "retry", facts: OPEN, code: "nothing_to_retry" },
    { command: "retry", facts: { ...OPEN, troubled: true }, code: null },
    { command: "retry", facts: { ...OPEN, status: "blocked", onGitHub: false, troubled: true }, code: null },
    {
      command: "retry",
      facts: { ...OPEN, status: "merged", troubled: true },
      code: "pull_request_ended",
    },
    {
      command: "refresh",
      facts: { ...OPEN, status: "queued", onGitHub: false },
      code: "no_pull_request_yet",
    },
    { command: "refresh", facts: { ...OPEN, status: "closed" }, code: "pull_request_ended" },
    { command: "ready", facts: { ...OPEN, status: "merged" }, code: "pull_request_ended" },
    {
      command: "draft",
      facts: { ...OPEN, status: "failed", onGitHub: false, troubled: true },
      code: "no_pull_request_yet",
    },
    { command: "retry", facts: { ...OPEN, troubled: true, quarantine: true }, code: null },
    { command: "refresh", facts: { ...OPEN, troubled: true, quarantine: true }, code: "set_aside" },
    {
      command: "draft",
      facts: { ...OPEN, status: "failed", onGitHub: false, quarantine: true },
      code: "set_aside",
    },
    { command: "ready", facts: { ...OPEN, status: "merged", quarantine: true }, code: "pull_request_ended" },
    { command: "status", facts: { ...OPEN, troubled: true, quarantine: true }, code: null },
    { command: "hold", facts: { ...OPEN, status: "closed" }, code: "pull_request_ended" },
    { command: "cleanup", facts: { ...OPEN, status: "merged" }, code: null },
    { command: "status", facts: { ...OPEN, status: "closed" }, code: null },
    { command: "help", facts: { ...OPEN, status: "merged" }, code: null },
    { command: "unknown", facts: OPEN, code: null },
  ] as const)("$command of one that is $facts.status: $code", ({ command, facts, code }) => {
    expect(judgeCommand(command, facts)?.code ?? null).toBe(code);
  });

  test("a closed pull request may be reopened, a merged one may not", () => {
    expect(judgeCommand("hold", { ...OPEN, status: "closed" })?.remedy).toContain("Reopen");
    expect(judgeCommand("hold", { ...OPEN, status: "merged" })?.remedy).not.toContain("Reopen");
  });
});
