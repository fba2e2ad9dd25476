import { describe, expect, test } from "../../support/testing.ts";
import { sampledInputs } from "../../support/sample.ts";
import * as fc from "fast-check";
import { CHANGE_TYPES } from "../../../src/changes/rules/change-type.ts";
import { siblingAddress } from "../../../src/descriptions/rules/describe/describe-siblings.ts";
import { describeTitle } from "../../../src/descriptions/rules/describe/describe-title.ts";
import type { Sibling } from "../../../src/descriptions/rules/description-facts.ts";
import { findSections } from "../../../src/descriptions/rules/marked/section-marks.ts";
import { hostileMarkdown } from "../text/hostile-markdown.ts";
import { MINIMAL_COMPLETION, SMALL_COMPARISON } from "./completion.ts";
import { check } from "../github/check-state.ts";
import { NO_REQUIREMENTS, bodyOf, descriptionFacts, file, sectionOf } from "./description-facts.ts";
import { sibling } from "./sibling.ts";

describe("a description", () => {
  test("empty facts leave no heading, table or list", () => {
    expect(bodyOf(descriptionFacts({}, { files: [] }))).toMatchInlineSnapshot(`
"<!-- orb:summary:start -->

_The agents gave no summary._

<!-- orb:summary:end -->

<!-- orb:issues:start -->
<!-- orb:issues:end -->

<!-- orb:risk:start -->
<!-- orb:risk:end -->

<!-- orb:claims:start -->
<!-- orb:claims:end -->

<!-- orb:tests:start -->
<!-- orb:tests:end -->

<!-- orb:how:start -->
<!-- orb:how:end -->

<!-- orb:recommendations:start -->
<!-- orb:recommendations:end -->

<!-- orb:plan:start -->
<!-- orb:plan:end -->

<!-- orb:merge:start -->
<!-- orb:merge:end -->

<!-- orb:siblings:start -->
<!-- orb:siblings:end -->

<!-- orb:files:start -->

## Files

No file changes.

<!-- orb:files:end -->

<!-- orb:provenance:start -->

<sub>🤖 Written by AI agents for project \`csv-export-1\`; opened by Orb bot.</sub>

<!-- orb-provenance: {"project":"csv-export-1","requestedBy":null,"headSha":"1234567000000000000000000000000000000000","agents":[],"agentsInAll":0} -->

<!-- orb:provenance:end -->

<!-- orb:footer:start -->

<sub>The bot keeps its sections of this description up to date. Text that you write around them stays. If you edit a section, your text stays and the bot stops updating that section. A label that you remove stays removed. Commands, in a comment: \`/orb help\`, \`status\`, \`refresh\`, \`retry\`, \`ready\`, \`draft\`, \`hold\`, \`unhold\`, \`cleanup\`.</sub>

<!-- orb:footer:end -->

<!-- orb:written summary=1b0c76701904 issues=e3b0c44298fc risk=e3b0c44298fc claims=e3b0c44298fc tests=e3b0c44298fc how=e3b0c44298fc recommendations=e3b0c44298fc plan=e3b0c44298fc merge=e3b0c44298fc siblings=e3b0c44298fc files=abff59db1513 provenance=3ee748a54417 footer=5f29cd2fb291 -->
<!-- orb:pull-request MARKER -->"
`);
  });

  test.each([
    { type: "feature", first: "summary issues risk claims tests" },
    { type: "fix", first: "summary issues tests claims risk" },
    { type: "docs", first: "summary issues risk how files" },
    { type: "dependencies", first: "summary issues files how risk" },
    { type: "performance", first: "summary issues claims tests risk" },
    { type: "security", first: "risk summary issues tests claims" },
  ] as const)("a change of type $type is described in the order: $first", ({ type, first }) => {
    const names = findSections(bodyOf(descriptionFacts({}, { type }))).map(({ name }) => name);
    expect(names.slice(0, 5).join(" ")).toBe(first);
  });

  test.each(CHANGE_TYPES)(
    "a change of type %s has each section once, except those that its reviewers don't need",
    (type) => {
      const names = findSections(bodyOf(descriptionFacts({}, { type }))).map(({ name }) => name);
      expect(names.toSorted()).toEqual(
        "claims files footer how issues merge plan provenance recommendations risk siblings summary tests"
          .split(" ")
          .filter((name) => type !== "docs" || name !== "tests"),
      );
    },
  );

  test("a description keeps its sections for any texts of agents, files and GitHub", () => {
    const known = findSections(bodyOf(descriptionFacts())).map(({ name }) => name);
    fc.assert(
      fc.property(hostileMarkdown, hostileMarkdown, (text, path) => {
        const refusal = { code: "x", reason: text, remedy: text };
        const facts = descriptionFacts(
          {
            summary: text,
            changes: [text],
            claims: [{ kind: "tests", text }],
            recommendations: [{ agent: text, severity: "info", text }],
            agents: [{ name: text, model: text }, { name: text }, { name: text }],
          },
          {
            files: [file(path, { previousPath: path })],
            risks: [text],
            disagreement: text,
            problems: [refusal],
          },
          {
            base: path,
            defaultBranch: path,
            commits: [{ sha: "1".repeat(40), message: text }],
            plan: { areas: [text, path], steps: [text] },
            requirements: {
              ...NO_REQUIREMENTS,
              checks: [{ context: text, appId: null }],
              others: [text],
              deployments: [text],
            },
            checks: [check(`${text} test`, "failed", { conclusion: text, url: text, required: true })],
            disclosure: text,
            notes: [refusal],
          },
        );
        const body = bodyOf(facts);
        expect(findSections(body).map(({ name }) => name)).toEqual(known);
        expect(body.match(/<!--\s*orb/g)).toHaveLength(known.length * 2 + 3);
      }),
      sampledInputs({ all: 100, sample: 20 }),
    );
  });
});

describe("the title", () => {
  test.each([
    { name: "the agent's", completion: { title: "Fix #3 for @octocat" }, title: "Fix #¦3 for @¦octocat" },
    { name: "the only commit's subject", completion: { title: "" }, title: "Add an export" },
    {
      name: "the only commit's subject if the agent's is invisible",
      completion: { title: "\u200b" },
      title: "Add an export",
    },
    {
      name: "the branch's name in words if there are several commits",
      completion: {},
      commits: [
        { sha: "a", subject: "one", message: "one" },
        { sha: "b", subject: "two", message: "two" },
      ],
      title: "Csv export",
    },
    {
      name: "our own if nothing else is visible",
      completion: { branch: "agent/\u200b" },
      commits: [],
      title: "Changes by AI agents",
    },
    {
      name: "whole, with its type and its packages",
      completion: { title: "fix: #7 for @types/node and @octocat" },
      title: "fix: #¦7 for @types/node and @¦octocat",
    },
    { name: "cut at 240 characters", completion: { title: "x".repeat(300) }, title: `${"x".repeat(239)}…` },
  ])("the title is $name", ({ completion, commits = SMALL_COMPARISON.commits, title }) => {
    const facts = {
      completion: { ...MINIMAL_COMPLETION, ...completion },
      comparison: { ...SMALL_COMPARISON, commits },
    };
    expect(describeTitle(facts).replaceAll("\u200b", "¦")).toBe(title);
  });
});

describe("a change set", () => {
  const described = (...siblings: Sibling[]) => sectionOf(descriptionFacts({}, {}, { siblings }), "siblings");

  test("a change in one repository does not mention others", () => {
    expect(described()).toBe("");
  });

  test("each of the others is linked with its state, after the merge requirements", () => {
    const siblings = [
      sibling(),
      sibling({ repository: "acme/web", number: 12, state: "merged" }),
      sibling({ repository: "acme/docs", number: 4, state: "draft" }),
      sibling({ repository: "acme/old", number: 5, state: "closed" }),
      sibling({ repository: "acme/new", number: null, state: "expected" }),
      sibling({ repository: "acme/odd", number: null, state: "stuck" }),
      sibling({ repository: null, number: null, state: "open" }),
    ];
    expect(described(...siblings)).toMatchInlineSnapshot(`
"## Part of a change set

- [\`acme/api#3\`](https://github.com/acme/api/pull/3): open
- [\`acme/web#12\`](https://github.com/acme/web/pull/12): ✅ merged
- [\`acme/docs#4\`](https://github.com/acme/docs/pull/4): draft
- [\`acme/old#5\`](https://github.com/acme/old/pull/5): ❌ closed without merging
- \`acme/new\`: ⏳ not opened yet
- \`acme/odd\`: ❌ could not be opened
- A pull request in a private repository: open"
`);
    const body = bodyOf(descriptionFacts({}, {}, { siblings }));
    expect(body.indexOf("orb:merge:end")).toBeLessThan(body.indexOf("orb:siblings:start"));
    expect(body.indexOf("orb:siblings:end")).toBeLessThan(body.indexOf("orb:files:start"));
  });

  test("the state of its checks and reviews does not change the section, so the description is not written again", () => {
    expect(described(sibling({ checks: "failed", review: "approved" }))).toBe(described(sibling()));
  });

  test("the list has a limit", () => {
    const many = Array.from({ length: 30 }, (_, index) => sibling({ number: index + 1 }));
    expect(described(...many)).toMatch(/#25`\]\(\S+\): open\n- … and 5 more$/);
  });

  test("an invalid repository name is shown but not linked", () => {
    const hostile = sibling({ repository: "acme/api](https://evil.example)" });
    expect(siblingAddress(hostile, "github.com")).toBeNull();
    expect(described(hostile)).toMatch(
      /^## Part of a change set\n\n- `acme\/api\]\(.*evil.example\)#3`: open$/,
    );
  });

  test("a link leads to the GitHub server that shows it", () => {
    expect(siblingAddress(sibling(), "github.example")).toBe("https://github.example/acme/api/pull/3");
  });
});
