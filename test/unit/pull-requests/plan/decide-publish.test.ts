import { describe, expect, test } from "../../../support/testing.ts";
import type { ChangeAnalysis } from "../../../../src/changes/rules/change-analysis.ts";
import { withWrittenLine } from "../../../../src/descriptions/rules/marked/sections.ts";
import { type PublishFacts, decidePublish } from "../../../../src/pull-requests/plan/rules/decide-publish.ts";
import type { ExistingPullRequest } from "../../../../src/pull-requests/plan/rules/existing-pull-request.ts";
import { wantsDraft } from "../../../../src/pull-requests/plan/rules/wants-draft.ts";
import { NO_LABELLING } from "../../../../src/pull-requests/record/rules/labelling.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";
import { type SafeMarkdown, type SafeText, ownWords } from "../../../../src/text/safe.ts";
import { COMPARISON, COMPLETION, OURS } from "./proposed-change.ts";

const TITLE = "Greet" as SafeText;
const LABELS = ["ai-generated", "type: feature", "size: XS"];

const bodyWith = (words: string) =>
  withWrittenLine(ownWords(`<!-- orb:summary:start -->\n${words}\n<!-- orb:summary:end -->`));
const BODY = bodyWith("It greets.");

const ANALYSIS: ChangeAnalysis = {
  type: "feature",
  typeBecause: "Labelled feature because the signal says so",
  disagreement: null,
  size: { size: "XS", lines: 3, linesLeftOut: 0 },
  areas: [],
  risks: [],
  notes: [],
  files: [],
  problems: [],
};
const FACTS: PublishFacts = {
  conflicting: false,
  completion: COMPLETION,
  base: "main",
  comparison: COMPARISON,
  existing: null,
  settings: DEFAULT_SETTINGS,
  rulesBecause: null,
  analysis: ANALYSIS,
  reviewers: { people: [], teams: [], refused: [] },
  draftsRefused: false,
  filesToCome: false,
  title: TITLE,
  body: BODY,
  notes: null,
  requiredChecks: [],
  problems: [],
};
const LABELLED: ExistingPullRequest = {
  ...OURS,
  body: BODY,
  labels: LABELS,
  labelling: { ...NO_LABELLING, ours: LABELS },
};
const CREATION = { do: "create", head: "agent/x", base: "main", title: TITLE, body: BODY, draft: false };
const NOTHING_ADDED = { do: "decorate", addLabels: [], removeLabels: [], people: [], teams: [] };
const NOTES = { title: "One thing to fix" as SafeText, summary: ownWords("Fix it."), text: null };
const REFUSAL = { code: "some_code", reason: "Some reason.", remedy: "Some remedy." };

const existing = (more: Partial<ExistingPullRequest> = {}) => ({ existing: { ...LABELLED, ...more } });
const asking = (people: string[], teams: string[] = []) => ({ reviewers: { people, teams, refused: [] } });
const policy = (draft: PublishFacts["settings"]["draft"]) => ({ settings: { ...DEFAULT_SETTINGS, draft } });
const wantingDraft = { completion: { ...COMPLETION, draft: true } };
const risky = { analysis: { ...ANALYSIS, risks: ["It changes a migration."] } };

const namesIn = (effect: unknown) =>
  (effect as { addLabels: { name: string }[] }).addLabels.map(({ name }) => name);

describe("a missing pull request is opened", () => {
  test("and then labelled, with the reasons", () => {
    const { effects, because } = decidePublish(FACTS);
    expect(effects).toEqual([CREATION, expect.objectContaining({ do: "decorate", people: [], teams: [] })]);
    expect(namesIn(effects[1])).toEqual(LABELS);
    expect(because).toBe("agent/x is 1 commit ahead of main. Labelled feature because the signal says so");
    const twoAhead = decidePublish({ ...FACTS, comparison: { ...COMPARISON, aheadBy: 2 } });
    expect(twoAhead.because).toContain("2 commits ahead");
    const intoNext = decidePublish({ ...FACTS, rulesBecause: "The settings of main apply" });
    expect(intoNext.because).toMatch(/\. The settings of main apply$/);
  });

  test("and nothing more is done until all its files are known", () => {
    expect(decidePublish({ ...FACTS, filesToCome: true, notes: NOTES }).effects).toEqual([CREATION]);
  });

  test("and the rest of a long description goes into the check run", () => {
    expect(decidePublish({ ...FACTS, notes: NOTES }).effects[2]).toEqual({ do: "check", ...NOTES });
  });

  test.each<{ when: string; facts: Partial<PublishFacts>; draft: boolean }>([
    { when: "if the signal asks for one", facts: wantingDraft, draft: true },
    { when: "not if the signal asks for none", facts: {}, draft: false },
    { when: "always, if the repository says so", facts: policy("always"), draft: true },
    {
      when: "never, if the repository says so",
      facts: { ...policy("never"), ...wantingDraft },
      draft: false,
    },
    { when: "if the risk is high and counts", facts: { ...policy("risky"), ...risky }, draft: true },
    { when: "not if the risk is high and does not count", facts: risky, draft: false },
    { when: "not if the risk counts and is not high", facts: policy("risky"), draft: false },
    {
      when: "if the risk counts and the signal asks for one",
      facts: { ...policy("risky"), ...wantingDraft },
      draft: true,
    },
    {
      when: "not if the repository has no drafts",
      facts: { ...wantingDraft, draftsRefused: true },
      draft: false,
    },
  ])("as a draft $when", ({ facts, draft }) => {
    expect(decidePublish({ ...FACTS, ...facts }).effects[0]).toMatchObject({ do: "create", draft });
  });

  test("and the plan says if it should have been a draft and could not", () => {
    const refused = { draftsRefused: true };
    expect(decidePublish({ ...FACTS, ...wantingDraft, ...refused }).shortcomings).toMatchObject([
      { code: "drafts_not_supported" },
    ]);
    expect(decidePublish({ ...FACTS, ...refused }).shortcomings).toEqual([]);
    const there = (draft: boolean) => ({ ...FACTS, ...wantingDraft, ...refused, ...existing({ draft }) });
    // It was opened in the previous run, and is planned again because its files were not known.
    expect(decidePublish(there(false)).shortcomings).toMatchObject([{ code: "drafts_not_supported" }]);
    expect(decidePublish(there(true)).shortcomings).toEqual([]);
  });

  test("and problems with the repository's files and with reviewers are reported", () => {
    const reviewers = { people: [], teams: [], refused: [{ ...REFUSAL, code: "reviewer_is_author" }] };
    const { shortcomings } = decidePublish({ ...FACTS, problems: [REFUSAL], reviewers });
    expect(shortcomings.map(({ code }) => code)).toEqual(["some_code", "reviewer_is_author"]);
  });
});

describe("an existing pull request", () => {
  const CHANGED = bodyWith("It greeted.");
  const marker = (letter: string) => `<!-- orb:pull-request ${letter.repeat(43)} -->`;

  test.each<{ when: string; facts: Partial<PublishFacts>; effects: object[] }>([
    { when: "is left unchanged if it is up to date", facts: existing(), effects: [] },
    {
      when: "gets the new description, and people's words stay",
      facts: existing({ body: `My words.\n${CHANGED}\nMore.` }),
      effects: [{ do: "update", number: 7, body: `My words.\n${BODY}\nMore.` }],
    },
    {
      when: "gets the new marker together with the new description",
      facts: {
        ...existing({ body: `${CHANGED}\n${marker("A")}` }),
        body: `${BODY}\n${marker("B")}` as SafeMarkdown,
      },
      effects: [{ do: "update", number: 7, body: `${BODY}\n${marker("B")}` }],
    },
    {
      when: "is not written for the marker alone",
      facts: {
        ...existing({ body: `${BODY}\n${marker("A")}` }),
        body: `${BODY}\n${marker("B")}` as SafeMarkdown,
      },
      effects: [],
    },
    {
      when: "gets the new title if the old one is ours",
      facts: { ...existing(), title: "Greet twice" as SafeText },
      effects: [{ do: "update", number: 7, title: "Greet twice" }],
    },
    {
      when: "keeps a title that a person gave it",
      facts: { ...existing({ title: "Say hello" }), title: "Greet twice" as SafeText },
      effects: [],
    },
    {
      when: "keeps its title if our last title is unknown",
      facts: { ...existing({ titleWritten: null }), title: "Greet twice" as SafeText },
      effects: [],
    },
    {
      when: "gets title and description at once",
      facts: { ...existing({ body: CHANGED }), title: "Greet twice" as SafeText },
      effects: [{ do: "update", number: 7, title: "Greet twice", body: BODY }],
    },
    {
      when: "loses our label that no longer holds, and gets the one that does",
      facts: { ...existing(), analysis: { ...ANALYSIS, type: "fix" } },
      effects: [
        {
          ...NOTHING_ADDED,
          addLabels: [expect.objectContaining({ name: "type: fix" })],
          removeLabels: ["type: feature"],
        },
      ],
    },
    {
      when: "does not get back a label that a person removed",
      facts: existing({ labels: ["type: feature", "size: XS"] }),
      effects: [],
    },
    {
      when: "gets a label that an interrupted run was about to add",
      facts: existing({
        labels: ["ai-generated"],
        labelling: { ...NO_LABELLING, ours: LABELS, pending: LABELS },
      }),
      effects: [
        {
          ...NOTHING_ADDED,
          addLabels: [
            expect.objectContaining({ name: "type: feature" }),
            expect.objectContaining({ name: "size: XS" }),
          ],
        },
      ],
    },
    {
      when: "asks only reviewers who were not asked, in any case of letters",
      facts: {
        ...existing({ reviewersAsked: ["ines", "@core"] }),
        ...asking(["Ines", "tom"], ["Core", "web"]),
      },
      effects: [{ ...NOTHING_ADDED, people: ["tom"], teams: ["web"] }],
    },
  ])("$when", ({ facts, effects }) => {
    const plan = decidePublish({ ...FACTS, ...facts });
    expect(plan.effects).toEqual(effects);
    expect(plan.because).toMatch(/ ahead of main\. .+\. It updates #7$/);
  });

  test("is recorded with the labels it will get, so that after a crash they are not mistaken for a person's", () => {
    const { labelling } = decidePublish({
      ...FACTS,
      ...existing({ labels: [...LABELS, "mine"] }),
      analysis: { ...ANALYSIS, type: "fix" },
    });
    expect(labelling).toEqual({
      ours: ["ai-generated", "size: XS", "type: fix"],
      pending: ["type: fix", "type: feature"],
      declined: ["mine"],
    });
  });
});

describe("a draft", () => {
  test.each([
    { draft: "signal", asked: undefined, risks: [], wants: false },
    { draft: "signal", asked: true, risks: [], wants: true },
    { draft: "signal", asked: false, risks: ["a risk"], wants: false },
    { draft: "always", asked: false, risks: [], wants: true },
    { draft: "never", asked: true, risks: ["a risk"], wants: false },
    { draft: "risky", asked: undefined, risks: [], wants: false },
    { draft: "risky", asked: true, risks: [], wants: true },
    { draft: "risky", asked: false, risks: ["a risk"], wants: true },
  ] as const)(
    "the settings say $draft, the signal asks $asked, the risks are $risks: $wants",
    ({ draft, asked, risks, wants }) => {
      const completion = asked === undefined ? {} : { draft: asked };
      expect(wantsDraft({ completion, settings: { draft }, analysis: { risks } })).toBe(wants);
    },
  );
});
