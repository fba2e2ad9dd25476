import { expect, test } from "@jest/globals";
import * as fc from "fast-check";
import { CHANGE_TYPES } from "../../../src/changes/rules/change-type.ts";
import { findSections } from "../../../src/descriptions/rules/section-marks.ts";
import { hostileMarkdown } from "../text/hostile-markdown.ts";
import { bodyOf, descriptionFacts, file, NO_REQUIREMENTS } from "./description-facts.ts";

test("what says nothing leaves no heading, table or list", () => {
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
  "a change of type %s has each section once, but for what its reviewers don't need",
  (type) => {
    const names = findSections(bodyOf(descriptionFacts({}, { type }))).map(({ name }) => name);
    expect(names.toSorted()).toEqual(
      "claims files footer how issues merge plan provenance recommendations risk siblings summary tests"
        .split(" ")
        .filter((name) => type !== "docs" || name !== "tests"),
    );
  },
);

test("a description keeps to its sections, whatever the agents, the files and GitHub say", () => {
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
          checks: [
            {
              id: null,
              description: null,
              name: `${text} test`,
              state: "failed",
              conclusion: text,
              url: text,
              required: true,
            },
          ],
          disclosure: text,
          notes: [refusal],
        },
      );
      const body = bodyOf(facts);
      expect(findSections(body).map(({ name }) => name)).toEqual(known);
      expect(body.match(/<!--\s*orb/g)).toHaveLength(known.length * 2 + 3);
    }),
  );
});
