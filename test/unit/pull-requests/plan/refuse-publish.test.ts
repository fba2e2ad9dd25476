import { describe, expect, test } from "@jest/globals";
import type { Comparison } from "../../../../src/github/facts/comparison.ts";
import type { ExistingPullRequest } from "../../../../src/pull-requests/plan/rules/existing-pull-request.ts";
import { NO_LABELLING } from "../../../../src/pull-requests/record/rules/labelling.ts";
import { type RefusalFacts, refusePublish } from "../../../../src/pull-requests/plan/rules/refuse-publish.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";

const HEAD = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";
const OTHER = "0123456789abcdef0123456789abcdef01234567";

const COMPLETION = { project: "p-1", repository: "octo/hello", branch: "agent/x", summary: "It greets." };
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
const FACTS: RefusalFacts = {
  completion: COMPLETION,
  projectStatus: "completed",
  repository: { defaultBranch: "main", archived: false, private: true },
  settings: DEFAULT_SETTINGS,
  base: "main",
  comparison: COMPARISON,
  existing: null,
  place: null,
};
const OURS: ExistingPullRequest = {
  number: 7,
  nodeId: "PR_7",
  url: "https://github.example/octo/hello/pull/7",
  state: "open",
  merged: false,
  draft: false,
  title: "Greet",
  titleWritten: "Greet",
  ours: true,
  body: "",
  headSha: HEAD,
  baseRef: "main",
  labels: [],
  labelling: NO_LABELLING,
  reviewersAsked: [],
};
const ARCHIVED = { defaultBranch: "main", archived: true, private: false };
const EMPTY = { aheadBy: 0, headSha: null, commits: [], files: [] };
const PLACE = { limit: 1, whose: "repository", open: 1, position: 1 } as const;

const completion = (more: Partial<RefusalFacts["completion"]>) => ({
  completion: { ...COMPLETION, ...more },
});
const existing = (more: Partial<ExistingPullRequest> = {}) => ({ existing: { ...OURS, ...more } });
const comparison = (more: Partial<Comparison>) => ({ comparison: { ...COMPARISON, ...more } });
const settings = (more: Partial<RefusalFacts["settings"]>) => ({
  settings: { ...DEFAULT_SETTINGS, ...more },
});
const AHEAD_OF_SIGNAL = comparison({
  headSha: OTHER,
  commits: [...COMPARISON.commits, { sha: OTHER, subject: "More", message: "More" }],
});

describe("nothing stands in the way", () => {
  test.each<{ when: string; facts: Partial<RefusalFacts> }>([
    { when: "where all is as usual", facts: {} },
    { when: "where nothing is known of its project", facts: { projectStatus: null } },
    { when: "though its project failed: the branch is complete", facts: { projectStatus: "failed" } },
    { when: "where the commit that is spoken of is there", facts: completion({ headSha: HEAD }) },
    {
      when: "where the commit that is spoken of is followed by others",
      facts: { ...completion({ headSha: HEAD }), ...AHEAD_OF_SIGNAL },
    },
    {
      when: "where there are more commits than can be seen",
      facts: { ...completion({ headSha: OTHER }), ...comparison({ headSha: null }) },
    },
    {
      when: "where ours is open, though it has nothing that its base lacks",
      facts: { ...existing(), ...comparison(EMPTY) },
    },
    {
      when: "where ours is open, though no new ones are wanted",
      facts: {
        ...existing(),
        ...settings({ hold: true, branches: [], baseBranches: [] }),
        place: PLACE,
      },
    },
    {
      when: "where the branches' names fit",
      facts: settings({ baseBranches: ["ma*"], branches: ["agent/**"] }),
    },
  ])("$when", ({ facts }) => {
    expect(refusePublish({ ...FACTS, ...facts })).toBeNull();
  });
});

describe("it is refused", () => {
  test.each<{ when: string; facts: Partial<RefusalFacts>; code: string; reason: string }>([
    {
      when: "where the project was cancelled",
      facts: { projectStatus: "cancelled" },
      code: "project_cancelled",
      reason: "The project was cancelled.",
    },
    {
      when: "where the repository is archived",
      facts: { repository: ARCHIVED },
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
      when: "where the repository has switched the bot off, even for one that is open",
      facts: { ...existing(), ...settings({ enabled: false }) },
      code: "bot_disabled",
      reason: "The bot is switched off for octo/hello in .github/orb.yml.",
    },
    {
      when: "where the base is none that agents may change",
      facts: settings({ baseBranches: ["develop", "release/*"] }),
      code: "base_not_allowed",
      reason: "octo/hello accepts agent pull requests into develop, release/* only, not main.",
    },
    {
      when: "where no base is one that agents may change",
      facts: settings({ baseBranches: [] }),
      code: "base_not_allowed",
      reason: "octo/hello accepts no agent pull requests.",
    },
    {
      when: "where the branch is none that agents may propose",
      facts: settings({ branches: ["bots/**"] }),
      code: "branch_not_allowed",
      reason: "octo/hello accepts agent pull requests from bots/** only, not agent/x.",
    },
    {
      when: "where no new ones are wanted for the moment",
      facts: settings({ hold: true }),
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now.",
    },
    {
      when: "where no new ones are wanted for the moment, with the reason that was given",
      facts: settings({ hold: "release week" }),
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now: release week.",
    },
    {
      when: "with one full stop, where the reason is a sentence",
      facts: settings({ hold: "Back on Monday." }),
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now: Back on Monday.",
    },
    {
      when: "where as many are open as are allowed",
      facts: { place: PLACE },
      code: "open_limit_reached",
      reason: "octo/hello already has 1 open agent pull request, its limit. This one is next in the queue.",
    },
    {
      when: "where the branch has nothing new",
      facts: comparison(EMPTY),
      code: "no_changes",
      reason: "agent/x has no changes that main lacks.",
    },
    {
      when: "where the commit that is spoken of was not pushed",
      facts: completion({ headSha: OTHER }),
      code: "head_not_pushed",
      reason: "The signal names commit 0123456, which is not on agent/x.",
    },
    {
      when: "where somebody else opened one from that branch",
      facts: existing({ ours: false }),
      code: "pull_request_not_ours",
      reason: "#7 is open from agent/x, and this project did not open it.",
    },
    {
      when: "where ours was closed",
      facts: existing({ state: "closed" }),
      code: "pull_request_closed",
      reason: "#7 from agent/x was closed.",
    },
    {
      when: "where ours was merged",
      facts: existing({ state: "closed", merged: true }),
      code: "pull_request_merged",
      reason: "#7 from agent/x was merged.",
    },
    {
      when: "for the cancellation first, where several things are in the way",
      facts: { projectStatus: "cancelled", repository: ARCHIVED, ...existing({ ours: false }) },
      code: "project_cancelled",
      reason: "The project was cancelled.",
    },
    {
      when: "for what has to be mended first, where it would have to wait besides",
      facts: { ...comparison(EMPTY), ...settings({ hold: true }), place: PLACE },
      code: "no_changes",
      reason: "agent/x has no changes that main lacks.",
    },
  ])("$when", ({ facts, code, reason }) => {
    expect(refusePublish({ ...FACTS, ...facts })).toEqual({
      code,
      reason,
      remedy: expect.stringMatching(/^[A-Z].+\.$/) as unknown,
    });
  });
});
