import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import {
  type TemplateGiven,
  type TemplateSections,
  repositoryTemplate,
} from "../../../src/text/templates/repository-template.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeCode, sanitizeInline, sanitizeMarkdown } from "../../../src/text/markdown/sanitize.ts";
import { Templates } from "../../../src/text/templates/templates.ts";
import { hostileMarkdown } from "./hostile-markdown.ts";
import { POLICY } from "./policies.ts";
import { liveParts } from "./rendered.ts";

describe("our own templates", () => {
  test("a template renders others of its folder, with the values that it passes on", async () => {
    const folder = await mkdtemp(join(tmpdir(), "orb-templates-"));
    try {
      await writeFile(join(folder, "list.md"), "{% for item in items %}- {{ item }}\n{% endfor %}");
      await writeFile(join(folder, "page.md"), "## {{ title }}\n\n{% render 'list', items: things %}");
      await writeFile(join(folder, "greedy.md"), "{% render 'list' %}");
      const templates = new Templates(folder);
      const values = { title: ownWords("Things"), things: [ownWords("a"), ownWords("b")] };
      expect(templates.render("page", values)).toBe("## Things\n\n- a\n- b");
      expect(() => templates.render("greedy", { items: [] })).toThrow("undefined variable: items");
    } finally {
      await rm(folder, { recursive: true });
    }
  });
});

describe("a repository's template", () => {
  const GIVEN: TemplateGiven & { sections: TemplateSections } = {
    sections: {
      summary: sanitizeMarkdown("Thanks @octocat.\n\n- one\n- two", 1_000, POLICY),
      files: ownWords("<!-- orb:files:start -->\n\n## Files\n\n<!-- orb:files:end -->"),
      recommendations: ownWords(""),
    },
    inline: {
      project: sanitizeCode("p-1 | $& @octocat", 100),
      requestedBy: sanitizeInline("**Ines** @octocat", 100, POLICY),
    },
    facts: { type: "feature", size: "M", files_changed: 3, draft: false },
    nonce: "k3v9q7x1m5z8",
    policy: POLICY,
  };

  function render(source: string, given: Partial<typeof GIVEN> = {}) {
    const { sections, ...others } = { ...GIVEN, ...given };
    return repositoryTemplate(source, others)(sections);
  }

  const SUMMARY = "Thanks @\u200boctocat.\n\n- one\n- two";

  test.each([
    ["a section between words", "# What\n\n{{ summary }}\n\nEnd", `# What\n\n${SUMMARY}\n\nEnd`, ["summary"]],
    [
      "sections in the template's order, with their markers",
      "{{ files }}\n\n{{ summary }}",
      `<!-- orb:files:start -->\n\n## Files\n\n<!-- orb:files:end -->\n\n${SUMMARY}`,
      ["summary", "files"],
    ],
    [
      "a section in details",
      "<details>\n\n{{ summary }}\n\n</details>",
      `<details>\n\n${SUMMARY}\n\n</details>`,
      ["summary"],
    ],
    [
      "values in text, a table and a heading",
      "## {{ project }}\n\n| by |\n| - |\n| {{ requestedBy }} |",
      "## `p-1 \\| $& @octocat`\n\n| by |\n| - |\n| **Ines** @\u200boctocat |",
      [],
    ],
    ["a value twice", "{{ project }} {{ project }}", "`p-1 \\| $& @octocat` `p-1 \\| $& @octocat`", []],
    [
      "a choice by facts",
      '{% if type == "feature" and files_changed > 2 %}New{% else %}Old{% endif %}',
      "New",
      [],
    ],
    ["facts through filters", "{{ type | capitalize }} {{ files_changed | plus: 1 }}", "Feature 4", []],
    [
      "a section that is empty",
      '{% if recommendations != "" %}## R{% endif %}\n\n{{ recommendations }}\n\nEnd',
      "End",
      [],
    ],
    ["no section", "Words", "Words", []],
    ["nothing", "", "", []],
    ["headings, which keep their level", "# One\n\n## Two", "# One\n\n## Two", []],
  ])("a template with %s", (_what, source, markdown, used) => {
    expect(render(source)).toEqual({ markdown, used });
  });

  test.each([
    ["people", "cc @octocat, @org/team", "cc @\u200boctocat, @\u200borg/team"],
    ["a closing keyword", "Fixes #3", "F\u200bixes #3"],
    ["HTML", "<img src=x> <!-- hint -->", "\\<img src=x> \\<!-- hint -->"],
    ["the bot's markers", "<!-- orb:summary:end -->", "\\<!\u200b-- orb:summary:end -->"],
    ["an image", "![x](https://evil.example/x.png)", "x (`https://evil.example/x.png`)"],
    ["words put together", "{{ '@' | append: 'octocat' }}", "@\u200boctocat"],
  ])("a template's own text is sanitised like any other: %s", (_what, source, markdown) => {
    expect(render(source)).toEqual({ markdown, used: [] });
  });

  test.each([
    ["a misspelt section", "a\n\n{{ sumary }}", 3, "Unknown name `sumary`.", "Did you mean `summary`?"],
    ["an unknown name", "{{ tests }}", 1, "Unknown name `tests`.", "Use one of summary, files"],
    ["a part of a section", "{{ files.total }}", 1, "Unknown name `files.total`", "Use one of"],
    ["another file", "a\n{% include 'x' %}", 2, 'tag "include" not found', "Fix the template"],
    ["another file, rendered", "{% render '/etc/passwd' %}", 1, 'tag "render" not found', "Fix the template"],
    ["a layout", "{% layout 'x' %}", 1, 'tag "layout" not found', "Fix the template"],
    ["the time", "{{ 'now' | date: '%Y' }}", 1, "undefined filter: date", "Fix the template"],
    ["an unknown filter", "{{ type | nope }}", 1, "undefined filter: nope", "Fix the template"],
    ["a tag that is never closed", "a\n\n{% if type", 3, "not closed", "Fix the template"],
    ["a block that is never closed", "{% if type %}a", 1, "not closed", "Fix the template"],
    [
      "an endless loop",
      "{% for i in (1..100000000) %}x{% endfor %}",
      1,
      "memory alloc limit",
      "Fix the template",
    ],
    [
      "loops in loops",
      "{% for i in (1..1000) %}{% for j in (1..1000) %}{% for k in (1..1000) %}x{% endfor %}{% endfor %}{% endfor %}",
      1,
      "limit exceeded",
      "Fix the template",
    ],
    [
      "a text that doubles in a loop",
      "{% assign a = 'aaaaaaaa' %}{% for i in (1..100) %}{% assign a = a | append: a %}{% endfor %}",
      1,
      "memory alloc limit",
      "Fix the template",
    ],
    [
      "an output that is too long",
      `{% for i in (1..500) %}${"x".repeat(50)}{% endfor %}`,
      null,
      "more than 20000 characters",
      "Fix the template",
    ],
    ["a source that is too long", "x".repeat(30_000), null, "parse length limit", "Fix the template"],
    [
      "blocks that are nested too deeply",
      "{% if type %}".repeat(1_500),
      1,
      "can't be rendered",
      "Fix the template",
    ],
    ["a section twice", "{{ summary }}\n\n{{ summary }}", 1, "is used more than once", "Use it once"],
    [
      "a section in a loop",
      "{% for i in (1..2) %}{{ summary }}\n\n{% endfor %}",
      1,
      "more than once",
      "Use it once",
    ],
    [
      "a section in a sentence",
      "See:\n{{ summary }}",
      2,
      "is not on a line of its own",
      "Put it on a line of its own",
    ],
    ["a section in emphasis", "**{{ summary }}**", 1, "is not on a line of its own", "Put it on a line"],
    ["a section in a heading", "## {{ summary }}", 1, "is not on a line of its own", "Put it on a line"],
    ["a section in a list", "- {{ summary }}", 1, "is not on a line of its own", "Put it on a line"],
    ["a section in a quotation", "> {{ summary }}", 1, "is not on a line of its own", "Put it on a line"],
    [
      "a section in a table",
      "| a |\n| - |\n| {{ summary }} |",
      3,
      "is not on a line of its own",
      "Put it on a line",
    ],
    [
      "a section in a fence",
      "```\n\n{{ summary }}\n\n```",
      3,
      "is not on a line of its own",
      "Put it on a line",
    ],
    [
      "a section in a comment",
      "<!-- {{ summary }} -->",
      1,
      "is not on a line of its own",
      "Put it on a line",
    ],
    [
      "a section in an address",
      "[x](https://docs.example.com/{{ summary }})",
      1,
      "is not on a line of its own",
      "Put it",
    ],
    ["a value in code", "`{{ project }}`", 1, "is used in code", "already have backticks"],
    ["a value in a fence", "```\n{{ project }}\n```", 2, "is used in code", "already have backticks"],
    [
      "a value in an address",
      "[x](https://docs.example.com/{{ project }})",
      1,
      "is used in code",
      "plain text",
    ],
    ["a section in capitals", "{{ summary | upcase }}", null, "with a filter", "without filters"],
    ["a truncated value", "{{ project | truncate: 14 }}", null, "with a filter", "without filters"],
  ])("a template is refused for %s", (_what, source, line, reason, remedy) => {
    expect(render(source)).toEqual({
      problem: {
        code: "template_invalid",
        reason: expect.stringContaining(reason),
        remedy: expect.stringContaining(remedy),
        line,
      },
    });
  });

  test.each(["replace: '\u200b', ''", "squish", "strip", "split: '' | join: ''", "default: 'x'", "downcase"])(
    "no filter restores a mention that the sanitiser broke: %s",
    (filter) => {
      const rendered = render(`{% capture text %}{{ summary }}{% endcapture %}\n\n{{ text | ${filter} }}`);
      const markdown = "markdown" in rendered ? rendered.markdown : "";
      expect(liveParts(markdown.replaceAll(/<!--.*?-->/g, ""), POLICY)).toEqual([]);
    },
  );

  test("values next to each other do not combine into something live", () => {
    const inline = { a: ownWords("`a`"), b: ownWords("``x`@octocat``") };
    const rendered = render("{{ a }}{{ b }}", { sections: {}, inline });
    expect("markdown" in rendered && liveParts(rendered.markdown, POLICY)).toEqual([]);
  });

  test("any template with any values is refused or safe", () => {
    const pieces = fc.constantFrom("{{ a }}", "{{ b }}", "{{ s }}", "\n\n", "`", "|", "[", "](", ")", "*");
    fc.assert(
      fc.property(
        fc.array(fc.oneof(pieces, hostileMarkdown), { maxLength: 5 }),
        hostileMarkdown,
        hostileMarkdown,
        (source, one, two) => {
          const rendered = render(source.join(""), {
            inline: { a: sanitizeInline(one, 500, POLICY), b: sanitizeCode(two, 500) },
            sections: { s: sanitizeMarkdown(two, 500, POLICY) },
          });
          expect("markdown" in rendered ? liveParts(rendered.markdown, POLICY) : []).toEqual([]);
        },
      ),
      sampledInputs({ all: 400 }),
    );
  });

  test.each([
    { name: "by itself", source: "- a\n".repeat(200), given: {} },
    {
      name: "with its values",
      source: "{{ project }}\n".repeat(90),
      given: { inline: { project: sanitizeCode("x".repeat(400), 500) } },
    },
  ])("a template that takes too long to read is refused, $name", ({ source, given }) => {
    expect(render(source, given)).toMatchObject({
      problem: {
        code: "template_invalid",
        reason: "The template produces a text that is too long or too complex.",
      },
    });
  });
});
