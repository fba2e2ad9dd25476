import { describe, expect, test } from "@jest/globals";
import type { Comparison } from "../../../../src/github/facts/comparison.ts";
import type { ChangeAnalysis } from "../../../../src/changes/rules/change-analysis.ts";
import { decidePublish, type PublishFacts } from "../../../../src/pull-requests/plan/rules/decide-publish.ts";
import type { ExistingPullRequest } from "../../../../src/pull-requests/plan/rules/existing-pull-request.ts";
import { NO_LABELLING } from "../../../../src/pull-requests/record/rules/labelling.ts";
import { withWrittenLine } from "../../../../src/descriptions/rules/sections.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";
import { ownWords, type SafeText } from "../../../../src/text/safe.ts";

const HEAD = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";
const TITLE = "Greet" as SafeText;
const LABELS = ["ai-generated", "type: feature", "size: XS"];

const bodyWith = (words: string) =>
  withWrittenLine(ownWords(`<!-- orb:summary:start -->\n${words}\n<!-- orb:summary:end -->`));
const BODY = bodyWith("It greets.");

const COMPLETION = { project: "p-1", repository: "octo/hello", branch: "agent/x", summary: "It greets." };
const COMPARISON: Comparison = {
  aheadBy: 1,
  behindBy: 0,
  baseSha: "0123456789abcdef0123456789abcdef01234567",
  headSha: HEAD,
  commits: [{ sha: HEAD, subject: "Greet", message: "Greet" }],
  files: [],
  filesTruncated: false,
  total: { files: 0, additions: 0, deletions: 0 },
};
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
const OURS: ExistingPullRequest = {
  number: 7,
  nodeId: "PR_7",
  url: "https://github.example/octo/hello/pull/7",
  state: "open",
  merged: false,
  draft: false,
  title: TITLE,
  titleWritten: TITLE,
  ours: true,
  body: BODY,
  headSha: HEAD,
  baseRef: "main",
  labels: LABELS,
  labelling: { ...NO_LABELLING, ours: LABELS },
  reviewersAsked: [],
};
const CREATION = { do: "create", head: "agent/x", base: "main", title: TITLE, body: BODY, draft: false };
const NOTHING_ADDED = { do: "decorate", addLabels: [], removeLabels: [], people: [], teams: [] };
const NOTES = { title: "One thing to fix" as SafeText, summary: ownWords("Fix it."), text: null };
const REFUSAL = { code: "some_code", reason: "Some reason.", remedy: "Some remedy." };

const existing = (more: Partial<ExistingPullRequest> = {}) => ({ existing: { ...OURS, ...more } });
const asking = (people: string[], teams: string[] = []) => ({ reviewers: { people, teams, refused: [] } });
const policy = (draft: PublishFacts["settings"]["draft"]) => ({ settings: { ...DEFAULT_SETTINGS, draft } });
const wantingDraft = { completion: { ...COMPLETION, draft: true } };
const risky = { analysis: { ...ANALYSIS, risks: ["It changes a migration."] } };

const namesIn = (effect: unknown) =>
  (effect as { addLabels: { name: string }[] }).addLabels.map(({ name }) => name);

describe("a pull request that is not there is opened", () => {
  test("and then labelled, for reasons that are told", () => {
    const { effects, because } = decidePublish(FACTS);
    expect(effects).toEqual([CREATION, expect.objectContaining({ do: "decorate", people: [], teams: [] })]);
    expect(namesIn(effects[1])).toEqual(LABELS);
    expect(because).toBe("agent/x is 1 commit ahead of main. Labelled feature because the signal says so");
    const twoAhead = decidePublish({ ...FACTS, comparison: { ...COMPARISON, aheadBy: 2 } });
    expect(twoAhead.because).toContain("2 commits ahead");
  });

  test("and nothing more is done before all of its files are known", () => {
    expect(decidePublish({ ...FACTS, filesToCome: true, notes: NOTES }).effects).toEqual([CREATION]);
  });

  test("and what the description has no room for goes on the check run", () => {
    expect(decidePublish({ ...FACTS, notes: NOTES }).effects[2]).toEqual({ do: "check", ...NOTES });
  });

  test.each<{ when: string; facts: Partial<PublishFacts>; draft: boolean }>([
    { when: "where the signal asks for one", facts: wantingDraft, draft: true },
    { when: "where the signal asks for none", facts: {}, draft: false },
    { when: "always, where the repository wants it so", facts: policy("always"), draft: true },
    {
      when: "never, where the repository wants none",
      facts: { ...policy("never"), ...wantingDraft },
      draft: false,
    },
    { when: "where the risk is high and counts", facts: { ...policy("risky"), ...risky }, draft: true },
    { when: "not where the risk is high and does not count", facts: risky, draft: false },
    { when: "not where the risk counts and is not high", facts: policy("risky"), draft: false },
    {
      when: "where the risk counts and the signal asks for one",
      facts: { ...policy("risky"), ...wantingDraft },
      draft: true,
    },
    {
      when: "not where the repository has no drafts",
      facts: { ...wantingDraft, draftsRefused: true },
      draft: false,
    },
  ])("as a draft $when", ({ facts, draft }) => {
    expect(decidePublish({ ...FACTS, ...facts }).effects[0]).toMatchObject({ do: "create", draft });
  });

  test("and it is said where it should have been a draft and could not", () => {
    const refused = { draftsRefused: true };
    expect(decidePublish({ ...FACTS, ...wantingDraft, ...refused }).shortcomings).toMatchObject([
      { code: "drafts_not_supported" },
    ]);
    expect(decidePublish({ ...FACTS, ...refused }).shortcomings).toEqual([]);
    const there = (draft: boolean) => ({ ...FACTS, ...wantingDraft, ...refused, ...existing({ draft }) });
    // It was opened a turn ago, and is gone over once more since its files were not known.
    expect(decidePublish(there(false)).shortcomings).toMatchObject([{ code: "drafts_not_supported" }]);
    expect(decidePublish(there(true)).shortcomings).toEqual([]);
  });

  test("and what is wrong with the repository's files and with reviewers is told", () => {
    const reviewers = { people: [], teams: [], refused: [{ ...REFUSAL, code: "reviewer_is_author" }] };
    const { shortcomings } = decidePublish({ ...FACTS, problems: [REFUSAL], reviewers });
    expect(shortcomings.map(({ code }) => code)).toEqual(["some_code", "reviewer_is_author"]);
  });
});

describe("a pull request that is there already", () => {
  const CHANGED = bodyWith("It greeted.");

  test.each<{ when: string; facts: Partial<PublishFacts>; effects: object[] }>([
    { when: "is left as it is, where all is as it should be", facts: existing(), effects: [] },
    {
      when: "gets the new description, and people's words stay",
      facts: existing({ body: `My words.\n${CHANGED}\nMore.` }),
      effects: [{ do: "update", number: 7, body: `My words.\n${BODY}\nMore.` }],
    },
    {
      when: "gets the new title, where the one that it has is ours",
      facts: { ...existing(), title: "Greet twice" as SafeText },
      effects: [{ do: "update", number: 7, title: "Greet twice" }],
    },
    {
      when: "keeps a title that a person gave it",
      facts: { ...existing({ title: "Say hello" }), title: "Greet twice" as SafeText },
      effects: [],
    },
    {
      when: "keeps its title, where it isn't known what we wrote",
      facts: { ...existing({ titleWritten: null }), title: "Greet twice" as SafeText },
      effects: [],
    },
    {
      when: "gets title and description at once",
      facts: { ...existing({ body: CHANGED }), title: "Greet twice" as SafeText },
      effects: [{ do: "update", number: 7, title: "Greet twice", body: BODY }],
    },
    {
      when: "loses a label of ours that does not hold any more, and gets the one that does",
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
      when: "does not get a label again that a person took off",
      facts: existing({ labels: ["type: feature", "size: XS"] }),
      effects: [],
    },
    {
      when: "gets a label that an interrupted run had set out to put on",
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
      when: "asks who has not been asked, in any case of letters",
      facts: {
        ...existing({ reviewersAsked: ["ines", "@core"] }),
        ...asking(["Ines", "tom"], ["Core", "web"]),
      },
      effects: [{ ...NOTHING_ADDED, people: ["tom"], teams: ["web"] }],
    },
  ])("$when", ({ facts, effects }) => {
    const plan = decidePublish({ ...FACTS, ...facts });
    expect(plan.effects).toEqual(effects);
    expect(plan.because).toMatch(/ ahead of main\. .+\. #7 already exists$/);
  });

  test("is remembered with what is set out for, so that a crash takes nobody's label for a person's", () => {
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
