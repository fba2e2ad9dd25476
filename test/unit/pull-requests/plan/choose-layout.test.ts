import { describe, expect, test } from "@jest/globals";
import { chooseLayout } from "../../../../src/pull-requests/plan/choose-layout.ts";
import { eachSection } from "../../../../src/descriptions/rules/description-sections.ts";
import { ownWords } from "../../../../src/text/safe.ts";
import { descriptionFacts } from "../../descriptions/description-facts.ts";

const NONCE = "0123456789abcdef0123456789abcdef";
const FACTS = descriptionFacts({ project: "csv-export", branch: "agent/csv" });

interface Files {
  /** `.github/orb/<type>.md` */
  readonly own?: Record<string, string>;
  /** The template for people. */
  readonly forPeople?: string;
  readonly pullRequestTemplate?: "fill" | "ignore";
}

function find({ own = {}, forPeople, pullRequestTemplate = "fill" }: Files) {
  const file = (path: string, text: string) => ({ path, oid: "0", text });
  return chooseLayout(FACTS, {
    baseFiles: {
      templates: new Map(
        Object.entries(own).map(([type, text]) => [type, file(`.github/orb/${type}.md`, text)]),
      ),
      pullRequestTemplates:
        forPeople === undefined ? [] : [file(".github/pull_request_template.md", forPeople)],
    },
    settings: { templates: { pullRequestTemplate } },
    nonce: NONCE,
  });
}

describe("who says where the sections stand", () => {
  test.each<{ title: string; files: Files; kind: string }>([
    { title: "nobody: we do", files: {}, kind: "own" },
    {
      title: "the repository's template for the type of the change",
      files: { own: { feature: "{{ summary }}" }, forPeople: "## Why" },
      kind: "repository",
    },
    {
      title: "not its template for another type",
      files: { own: { fix: "{{ summary }}" } },
      kind: "own",
    },
    { title: "its template for people", files: { forPeople: "## Why" }, kind: "fill" },
    {
      title: "not that one where the settings say so",
      files: { forPeople: "## Why", pullRequestTemplate: "ignore" },
      kind: "own",
    },
  ])("$title", ({ files, kind }) => {
    const { layout, problems } = find(files);
    expect(layout.kind).toBe(kind);
    expect(problems).toEqual([]);
  });
});

test("a template of the repository's is given sections, names in code and what is known of the change", () => {
  const { layout } = find({
    own: { feature: "{{ type }} of {{ project }} on {{ branch }}, {{ fileCount }} file\n\n{{ summary }}" },
  });
  const sections = eachSection((name) => (name === "summary" ? ownWords("What it does.") : null));
  const rendered = layout.kind === "repository" ? layout.render(sections) : "not that";
  expect(rendered.trim()).toBe("feature of `csv-export` on `agent/csv`, 1 file\n\nWhat it does.");
});

test.each<{ title: string; template: string; says: string }>([
  {
    title: "a tag that there is not",
    template: "a\n{% nonsense %}",
    says: ".github/orb/feature.md, line 2: ",
  },
  { title: "a section within a sentence", template: "x\n\nSee {{ summary }} there", says: "line 3: " },
  { title: "a section twice", template: "{{ files }}\n\n{{ files }}", says: "more than once" },
  { title: "one that would never end", template: "{% for i in (1..99999999) %}x{% endfor %}", says: ".md" },
])("$title: the template is passed over with the reason, and the next one counts", ({ template, says }) => {
  const { layout, problems } = find({ own: { feature: template }, forPeople: "## Why" });
  expect(layout.kind).toBe("fill");
  expect(problems).toEqual([
    {
      code: "template_invalid",
      reason: expect.stringContaining(says) as unknown,
      remedy: expect.any(String) as unknown,
    },
  ]);
});
