import { expect, test } from "@jest/globals";
import {
  decidePublish,
  type ExistingPullRequest,
  type PublishFacts,
} from "../../src/pull-requests/rules/decide-publish.ts";
import { ownWords, type SafeText } from "../../src/text/safe.ts";
import { sanitizeText } from "../../src/text/sanitize.ts";
import { MINIMAL_COMPLETION, SMALL_COMPARISON } from "./completion.ts";

function text(words: string): SafeText {
  return sanitizeText(words, 100);
}

const BODY = ownWords("<!-- orb:summary:start -->\nnew\n<!-- orb:summary:end -->");
const OLD_BODY = "Mine\n<!-- orb:summary:start -->\nold\n<!-- orb:summary:end -->";
const LABELS = ["ai-generated", "type: feature", "size: XS"];

const FACTS: PublishFacts = {
  completion: { ...MINIMAL_COMPLETION, type: "feature" },
  projectStatus: "implementation",
  repository: { defaultBranch: "main", archived: false, private: false },
  base: "main",
  comparison: SMALL_COMPARISON,
  existing: null,
  draftsRefused: false,
  title: text("Export invoices"),
  body: BODY,
};

const EXISTING: ExistingPullRequest = {
  number: 7,
  nodeId: "PR_1",
  url: "https://github.example/fjordworks/invoice-kit/pull/7",
  state: "open",
  merged: false,
  draft: false,
  title: "Export invoices",
  body: BODY,
  headSha: SMALL_COMPARISON.headSha ?? "",
  baseRef: "main",
  labels: LABELS,
  ours: true,
  titleWritten: "Export invoices",
};

const AHEAD = "agent/csv-export is 1 commit ahead of main; feature, for the agent calls it feature";
const CREATE = {
  do: "create",
  head: "agent/csv-export",
  base: "main",
  title: "Export invoices",
  body: BODY,
  draft: false,
};
const LABEL = { do: "label", labels: LABELS };

test("where there is none, a pull request is opened and labelled", () => {
  expect(decidePublish(FACTS)).toEqual({ effects: [CREATE, LABEL], because: AHEAD, refusal: null });
});

test("the commits are counted in words", () => {
  const comparison = { ...SMALL_COMPARISON, aheadBy: 2 };
  expect(decidePublish({ ...FACTS, comparison }).because).toMatch(
    /^agent\/csv-export is 2 commits ahead of main;/,
  );
});

test.each([
  { name: "a draft is asked for", draft: true, draftsRefused: false, expected: true },
  { name: "a draft is asked for, and GitHub refused it", draft: true, draftsRefused: true, expected: false },
  { name: "no draft is asked for", draft: false, draftsRefused: false, expected: false },
])("it is a draft: $expected, where $name", ({ draft, draftsRefused, expected }) => {
  const completion = { ...FACTS.completion, draft };
  const { effects } = decidePublish({ ...FACTS, completion, draftsRefused });
  expect(effects).toEqual([{ ...CREATE, draft: expected }, LABEL]);
});

const updated = (existing: Partial<ExistingPullRequest>, facts: Partial<PublishFacts> = {}) =>
  decidePublish({ ...FACTS, ...facts, existing: { ...EXISTING, ...existing } });

test.each<{
  name: string;
  existing: Partial<ExistingPullRequest>;
  facts?: Partial<PublishFacts>;
  effects: readonly object[];
}>([
  { name: "nothing is written where nothing changes", existing: {}, effects: [] },
  {
    name: "the bot's sections are brought up to date, a person's words stay",
    existing: { body: OLD_BODY },
    effects: [{ do: "update", number: 7, body: OLD_BODY.replace("old", "new") }],
  },
  {
    name: "the bot's title is brought up to date",
    existing: { title: "Before", titleWritten: "Before" },
    effects: [{ do: "update", number: 7, title: "Export invoices" }],
  },
  { name: "a person's title stays", existing: { title: "A person's", titleWritten: "Before" }, effects: [] },
  {
    name: "a title of which nobody knows whose it is stays",
    existing: { title: "Before", titleWritten: null },
    effects: [],
  },
  {
    name: "title and description go in one request",
    existing: { title: "Before", titleWritten: "Before", body: OLD_BODY },
    effects: [{ do: "update", number: 7, title: "Export invoices", body: OLD_BODY.replace("old", "new") }],
  },
  {
    name: "only the labels that are missing are added, whatever their case",
    existing: { labels: ["AI-Generated", "Type: Feature", "mine"] },
    effects: [{ do: "label", labels: ["size: XS"] }],
  },
  {
    name: "one that was adopted is completed",
    existing: { labels: [], body: OLD_BODY, titleWritten: "Export invoices" },
    effects: [{ do: "update", number: 7, body: OLD_BODY.replace("old", "new") }, LABEL],
  },
  {
    name: "one that is open stays so where its branch has nothing left",
    existing: {},
    facts: { comparison: { ...SMALL_COMPARISON, aheadBy: 0, commits: [], headSha: null } },
    effects: [],
  },
])("$name", ({ existing, facts, effects }) => {
  const plan = updated(existing, facts);
  expect({ effects: plan.effects, refusal: plan.refusal }).toEqual({ effects, refusal: null });
  expect(plan.because).toMatch(/; #7 is there already$/);
});

const COMPLETE = FACTS.completion;
const OTHER_SHA = "2".repeat(40);
const EMPTY = { ...SMALL_COMPARISON, aheadBy: 0, commits: [], headSha: null, files: [] };
const ARCHIVED = { ...FACTS.repository, archived: true };
const CLOSED = { ...EXISTING, state: "closed" } as const;

test.each<{ name: string; facts: Partial<PublishFacts>; code: string; reason: string }>([
  {
    name: "a cancelled project",
    facts: { projectStatus: "cancelled" },
    code: "project_cancelled",
    reason: "The project was cancelled.",
  },
  {
    name: "a cancelled project, though its pull request is open",
    facts: { projectStatus: "cancelled", existing: EXISTING },
    code: "project_cancelled",
    reason: "The project was cancelled.",
  },
  {
    name: "an archived repository",
    facts: { repository: ARCHIVED },
    code: "repository_archived",
    reason: "fjordworks/invoice-kit is archived, so it is read-only.",
  },
  {
    name: "a branch into itself",
    facts: { base: "agent/csv-export" },
    code: "base_equals_head",
    reason: "agent/csv-export can't be merged into itself.",
  },
  {
    name: "somebody else's pull request",
    facts: { existing: { ...EXISTING, ours: false } },
    code: "pull_request_not_ours",
    reason: "#7 is open from agent/csv-export, and this project did not open it.",
  },
  {
    name: "one that was closed",
    facts: { existing: CLOSED },
    code: "pull_request_closed",
    reason: "#7 from agent/csv-export was closed.",
  },
  {
    name: "one that was merged",
    facts: { existing: { ...CLOSED, merged: true } },
    code: "pull_request_merged",
    reason: "#7 from agent/csv-export was merged.",
  },
  {
    name: "a branch without commits",
    facts: { comparison: EMPTY },
    code: "no_changes",
    reason: "agent/csv-export has nothing that main lacks.",
  },
  {
    name: "a commit that is not there",
    facts: { completion: { ...COMPLETE, headSha: OTHER_SHA } },
    code: "head_not_pushed",
    reason: "agent/csv-export is at 1111111 and does not hold 2222222, which the signal speaks of.",
  },
  {
    name: "a commit that is not there yet, where the pull request is",
    facts: { completion: { ...COMPLETE, headSha: OTHER_SHA }, existing: EXISTING },
    code: "head_not_pushed",
    reason: "agent/csv-export is at 1111111 and does not hold 2222222, which the signal speaks of.",
  },
])("$name is refused as $code", ({ facts, code, reason }) => {
  const remedy = expect.stringMatching(/^[A-Z].*\.$/);
  expect(decidePublish({ ...FACTS, ...facts })).toEqual({
    effects: [],
    because: reason,
    refusal: { code, reason, remedy },
  });
});

test.each([
  { name: "it is the branch's last", headSha: "1".repeat(40), comparison: SMALL_COMPARISON },
  {
    name: "it is an earlier one",
    headSha: OTHER_SHA,
    comparison: {
      ...SMALL_COMPARISON,
      commits: [{ sha: OTHER_SHA, subject: "x" }, ...SMALL_COMPARISON.commits],
    },
  },
  {
    name: "there are more commits than GitHub lists",
    headSha: OTHER_SHA,
    comparison: { ...SMALL_COMPARISON, headSha: null },
  },
])("the commit of the signal is there where $name", ({ headSha, comparison }) => {
  const completion = { ...COMPLETE, headSha };
  expect(decidePublish({ ...FACTS, completion, comparison }).refusal).toBeNull();
});
