import { describe, expect, test } from "@jest/globals";
import type { Comparison } from "../../src/github/comparison.ts";
import {
  decidePublish,
  type ExistingPullRequest,
  type PublishFacts,
} from "../../src/pull-requests/rules/decide-publish.ts";
import { withWrittenLine } from "../../src/pull-requests/rules/sections.ts";
import type { SafeMarkdown, SafeText } from "../../src/text/safe.ts";

const HEAD = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";
const OTHER = "0123456789abcdef0123456789abcdef01234567";
const TITLE = "Greet" as SafeText;
const BODY = withWrittenLine(
  "<!-- orb:summary:start -->\nIt greets.\n<!-- orb:summary:end -->" as SafeMarkdown,
);
const LABELS = ["ai-generated", "type: feature", "size: XS"];

const COMPLETION = {
  project: "p-1",
  repository: "octo/hello",
  branch: "agent/x",
  summary: "It greets.",
  type: "feature",
};
const COMPARISON: Comparison = {
  aheadBy: 1,
  behindBy: 0,
  baseSha: OTHER,
  headSha: HEAD,
  commits: [{ sha: HEAD, subject: "Greet", message: "Greet" }],
  files: [{ path: "greet.ts", previousPath: null, status: "added", additions: 3, deletions: 0 }],
  filesTruncated: false,
  total: { files: 1, additions: 3, deletions: 0 },
};
const FACTS: PublishFacts = {
  completion: COMPLETION,
  projectStatus: "completed",
  repository: { defaultBranch: "main", archived: false, private: true },
  base: "main",
  comparison: COMPARISON,
  existing: null,
  draftsRefused: false,
  title: TITLE,
  body: BODY,
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
};
const CREATION = { do: "create", head: "agent/x", base: "main", title: TITLE, body: BODY, draft: false };
const labelled = (names: readonly string[]) => ({
  do: "label",
  labels: names.map((name) => expect.objectContaining({ name })),
});
const AHEAD = "agent/x is 1 commit ahead of main; feature, for the agent calls it feature";

const withCompletion = (more: Partial<PublishFacts["completion"]>) => ({
  completion: { ...COMPLETION, ...more },
});
const withExisting = (more: Partial<ExistingPullRequest>) => ({ existing: { ...OURS, ...more } });
const withComparison = (more: Partial<Comparison>) => ({ comparison: { ...COMPARISON, ...more } });

describe("a pull request is opened", () => {
  test.each<{ when: string; facts: Partial<PublishFacts>; creation?: object }>([
    { when: "where there is none", facts: {} },
    {
      when: "as a draft, where that is asked for",
      facts: withCompletion({ draft: true }),
      creation: { draft: true },
    },
    {
      when: "as no draft, where the repository takes none",
      facts: { ...withCompletion({ draft: true }), draftsRefused: true },
    },
    { when: "where nothing is known of its project", facts: { projectStatus: null } },
    { when: "though its project failed: the branch is complete", facts: { projectStatus: "failed" } },
    { when: "where the commit that is spoken of is there", facts: withCompletion({ headSha: HEAD }) },
    {
      when: "where the commit that is spoken of is followed by others",
      facts: {
        ...withCompletion({ headSha: HEAD }),
        ...withComparison({
          headSha: OTHER,
          commits: [...COMPARISON.commits, { sha: OTHER, subject: "More", message: "More" }],
        }),
      },
    },
    {
      when: "where there are more commits than can be seen",
      facts: { ...withCompletion({ headSha: OTHER }), ...withComparison({ headSha: null }) },
    },
    { when: "into the base that is named", facts: { base: "release" }, creation: { base: "release" } },
  ])("$when", ({ facts, creation }) => {
    const plan = decidePublish({ ...FACTS, ...facts });
    expect(plan.refusal).toBeNull();
    expect(plan.effects).toEqual([{ ...CREATION, ...creation }, labelled(LABELS)]);
  });

  test("for reasons that are told", () => {
    expect(decidePublish(FACTS).because).toBe(AHEAD);
    expect(decidePublish({ ...FACTS, ...withComparison({ aheadBy: 2 }) }).because).toContain(
      "2 commits ahead",
    );
  });
});

describe("a pull request that is there already", () => {
  const CHANGED = withWrittenLine(
    "<!-- orb:summary:start -->\nIt greeted.\n<!-- orb:summary:end -->" as SafeMarkdown,
  );

  test.each<{ when: string; facts: Partial<PublishFacts>; effects: object[] }>([
    { when: "is left as it is, where all is as it should be", facts: withExisting({}), effects: [] },
    {
      when: "gets the new description, and people's words stay",
      facts: withExisting({ body: `My words.\n${CHANGED}More.` }),
      effects: [{ do: "update", number: 7, body: `My words.\n${BODY}More.` }],
    },
    {
      when: "gets the new title, where the one that it has is ours",
      facts: { ...withExisting({}), title: "Greet twice" as SafeText },
      effects: [{ do: "update", number: 7, title: "Greet twice" }],
    },
    {
      when: "keeps a title that a person gave it",
      facts: { ...withExisting({ title: "Say hello" }), title: "Greet twice" as SafeText },
      effects: [],
    },
    {
      when: "keeps its title, where it isn't known what we wrote",
      facts: { ...withExisting({ titleWritten: null }), title: "Greet twice" as SafeText },
      effects: [],
    },
    {
      when: "gets title and description at once",
      facts: { ...withExisting({ body: CHANGED }), title: "Greet twice" as SafeText },
      effects: [{ do: "update", number: 7, title: "Greet twice", body: BODY }],
    },
    {
      when: "gets the labels that it lacks, and only those",
      facts: withExisting({ labels: ["bug", "AI-Generated", "type: feature"] }),
      effects: [labelled(["size: XS"])],
    },
    {
      when: "found after a lost answer, gets its labels",
      facts: withExisting({ labels: [] }),
      effects: [labelled(LABELS)],
    },
    {
      when: "may have nothing that its base lacks",
      facts: { ...withExisting({}), ...withComparison({ aheadBy: 0, headSha: null, commits: [] }) },
      effects: [],
    },
  ])("$when", ({ facts, effects }) => {
    const plan = decidePublish({ ...FACTS, ...facts });
    expect(plan).toMatchObject({ effects, refusal: null });
    expect(plan.because).toMatch(/ ahead of main; .+; #7 is there already$/);
  });
});

describe("it is refused", () => {
  test.each<{ when: string; facts: Partial<PublishFacts>; code: string; reason: string }>([
    {
      when: "where the project was cancelled",
      facts: { projectStatus: "cancelled" },
      code: "project_cancelled",
      reason: "The project was cancelled.",
    },
    {
      when: "where the repository is archived",
      facts: { repository: { defaultBranch: "main", archived: true, private: false } },
      code: "repository_archived",
      reason: "octo/hello is archived, so it is read-only.",
    },
    {
      when: "where the branch is its own base",
      facts: { base: "agent/x" },
      code: "base_equals_head",
      reason: "agent/x can't be merged into itself.",
    },
    {
      when: "where the branch has nothing new",
      facts: withComparison({ aheadBy: 0, headSha: null, commits: [], files: [] }),
      code: "no_changes",
      reason: "agent/x has nothing that main lacks.",
    },
    {
      when: "where the commit that is spoken of was not pushed",
      facts: withCompletion({ headSha: OTHER }),
      code: "head_not_pushed",
      reason: "agent/x is at 8f14e45 and does not hold 0123456, which the signal speaks of.",
    },
    {
      when: "where somebody else opened one from that branch",
      facts: withExisting({ ours: false }),
      code: "pull_request_not_ours",
      reason: "#7 is open from agent/x, and this project did not open it.",
    },
    {
      when: "where ours was closed",
      facts: withExisting({ state: "closed" }),
      code: "pull_request_closed",
      reason: "#7 from agent/x was closed.",
    },
    {
      when: "where ours was merged",
      facts: withExisting({ state: "closed", merged: true }),
      code: "pull_request_merged",
      reason: "#7 from agent/x was merged.",
    },
    {
      when: "for the cancellation first, where several things are in the way",
      facts: {
        projectStatus: "cancelled",
        repository: { defaultBranch: "main", archived: true, private: false },
        ...withExisting({ ours: false }),
      },
      code: "project_cancelled",
      reason: "The project was cancelled.",
    },
  ])("$when", ({ facts, code, reason }) => {
    expect(decidePublish({ ...FACTS, ...facts })).toEqual({
      effects: [],
      because: reason,
      refusal: { code, reason, remedy: expect.stringMatching(/^[A-Z].+\.$/) as unknown },
    });
  });
});
