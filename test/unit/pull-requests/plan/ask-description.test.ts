import { afterAll, expect, test } from "../../../support/testing.ts";
import { HOSTILE_FILES } from "../../../../bench/hostile-repository.ts";
import { HOSTILE_UNITS, filledWith } from "../../../../bench/hostile-texts.ts";
import { askDescription } from "../../../../src/pull-requests/plan/ask-description.ts";
import type { DescriptionFacts } from "../../../../src/descriptions/rules/description-facts.ts";
import { ownWords } from "../../../../src/text/safe.ts";
import { Apart } from "../../../../src/work/apart/apart.ts";
import { turnsDuring } from "../../../support/loop-turns.ts";
import { ROOT } from "../../../support/repository-files.ts";
import { descriptionFacts } from "../../descriptions/description-facts.ts";

const apart = new Apart();
afterAll(() => apart.close());

const FACTS = descriptionFacts({ project: "csv-export", branch: "agent/csv" });

interface Files {
  /** `.github/orb/<type>.md` of the change's type. */
  readonly own?: string;
  readonly forPeople?: string;
}

function orderOf({ own, forPeople }: Files, facts: DescriptionFacts = FACTS) {
  const { type } = facts.analysis;
  const file = (path: string, text: string) => ({ path, oid: "0", text });
  return {
    facts,
    repositoryTemplates: {
      templates: new Map(own === undefined ? [] : [[type, file(`.github/orb/${type}.md`, own)]]),
      pullRequestTemplates: forPeople === undefined ? [] : [file("PULL_REQUEST_TEMPLATE.md", forPeople)],
    },
    settings: { templates: { pullRequestTemplate: "fill" as const } },
    marker: ownWords("<!-- marker -->"),
    nonce: "0123456789abcdef0123456789abcdef",
    charactersMax: 60_000,
    ownTemplates: `${ROOT}templates`,
  };
}

const UNIT = HOSTILE_UNITS["dense lists"] ?? "";

test.each<[title: string, files: Files, facts: DescriptionFacts]>([
  ["a template of loops", { own: HOSTILE_FILES["a template of loops"]?.text ?? "" }, FACTS],
  ["a template for people that is dense", { forPeople: filledWith(UNIT, 19_000) }, FACTS],
  [
    "a long completion",
    {},
    descriptionFacts({ project: "csv-export", branch: "agent/csv", summary: filledWith(UNIT, 500_000) }),
  ],
])("with %s other work has its turn", async (_title, files, facts) => {
  const asked = askDescription(orderOf(files, facts), { apart, account: "octo" });
  const { result, turns } = await turnsDuring(asked);
  // On the loop it would be none.
  expect(turns).toBeGreaterThan(0);
  expect(result.body).toContain("<!-- marker -->");
});

test("a description is the same whether it is composed here or in a thread", async () => {
  const order = orderOf({ own: "Made by the bot.\n\n{{ summary }}" });
  const here = new Apart({ stepsHereMax: Infinity });
  const apartFrom = await askDescription(order, { apart, account: "octo" });
  expect(apartFrom).toEqual(await askDescription(order, { apart: here, account: "octo" }));
  expect(apartFrom).toMatchObject({ templatePath: ".github/orb/feature.md", problems: [] });
});

test("a template that takes too long is reported, and the bot's own is used", async () => {
  const loops = "{% for a in (1..1000) %}{% assign b = 'x' | append: a %}{% endfor %}".repeat(200);
  const slow = new Apart({ callMsMax: 10 });
  const { problems, templatePath, body } = await askDescription(orderOf({ own: loops }), {
    apart: slow,
    account: "octo",
  });
  await slow.close();
  expect(problems.map(({ code }) => code)).toEqual(["file_too_slow"]);
  expect({ templatePath, made: body.includes("<!-- marker -->") }).toEqual({
    templatePath: null,
    made: true,
  });
});
