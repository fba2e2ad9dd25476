import { describe, expect, test } from "../../../support/testing.ts";
import type { Comparison } from "../../../../src/github/facts/comparison.ts";
import type { ExistingPullRequest } from "../../../../src/pull-requests/plan/rules/existing-pull-request.ts";
import { type RefusalFacts, refusePublish } from "../../../../src/pull-requests/plan/rules/refuse-publish.ts";
import { DEFAULT_SETTINGS } from "../../../../src/repository-settings/settings.ts";
import { BASE_HEAD, COMPARISON, COMPLETION, HEAD, OURS } from "./proposed-change.ts";

const FACTS: RefusalFacts = {
  completion: COMPLETION,
  projectStatus: "completed",
  repository: { defaultBranch: "main", archived: false, private: true },
  settings: DEFAULT_SETTINGS,
  inForce: {
    origins: {},
    fileNames: {
      owner: "the owner's .github/orb.yml",
      repository: ".github/orb.yml on main",
      base: ".github/orb.yml on next",
    },
  },
  base: "main",
  comparison: COMPARISON,
  existing: null,
  place: null,
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
  headSha: BASE_HEAD,
  commits: [...COMPARISON.commits, { sha: BASE_HEAD, subject: "More", message: "More" }],
});

describe("nothing is refused", () => {
  test.each<{ when: string; facts: Partial<RefusalFacts> }>([
    { when: "in the usual case", facts: {} },
    { when: "if its project is unknown", facts: { projectStatus: null } },
    { when: "even if its project failed: the branch is complete", facts: { projectStatus: "failed" } },
    { when: "if the commit named by the signal is there", facts: completion({ headSha: HEAD }) },
    {
      when: "if the commit named by the signal is followed by others",
      facts: { ...completion({ headSha: HEAD }), ...AHEAD_OF_SIGNAL },
    },
    {
      when: "if there are more commits than can be read",
      facts: { ...completion({ headSha: BASE_HEAD }), ...comparison({ headSha: null }) },
    },
    {
      when: "if ours is open, even without new commits",
      facts: { ...existing(), ...comparison(EMPTY) },
    },
    {
      when: "if ours is open, even if no new ones are accepted",
      facts: {
        ...existing(),
        ...settings({ hold: true, branches: [], baseBranches: [] }),
        place: PLACE,
      },
    },
    {
      when: "if the branches' names match",
      facts: settings({ baseBranches: ["ma*"], branches: ["agent/**"] }),
    },
  ])("$when", ({ facts }) => {
    expect(refusePublish({ ...FACTS, ...facts })).toBeNull();
  });
});

describe("a pull request is refused", () => {
  test.each<{ when: string; facts: Partial<RefusalFacts>; code: string; reason: string }>([
    {
      when: "if the project was cancelled",
      facts: { projectStatus: "cancelled" },
      code: "project_cancelled",
      reason: "The project was cancelled.",
    },
    {
      when: "if the repository is archived",
      facts: { repository: ARCHIVED },
      code: "repository_archived",
      reason: "octo/hello is archived, so it is read-only.",
    },
    {
      when: "if the branch is its own base",
      facts: { base: "agent/x" },
      code: "base_equals_head",
      reason: "agent/x can't be merged into itself.",
    },
    {
      when: "if the repository has switched the bot off, even for an open one",
      facts: { ...existing(), ...settings({ enabled: false }) },
      code: "bot_disabled",
      reason: "The bot is switched off for octo/hello in .github/orb.yml on main.",
    },
    {
      when: "if agents may not change the base",
      facts: settings({ baseBranches: ["develop", "release/*"] }),
      code: "base_not_allowed",
      reason: "octo/hello accepts agent pull requests into develop, release/* only, not main.",
    },
    {
      when: "if agents may not change any base",
      facts: settings({ baseBranches: [] }),
      code: "base_not_allowed",
      reason: "octo/hello accepts no agent pull requests.",
    },
    {
      when: "if agents may not propose the branch",
      facts: settings({ branches: ["bots/**"] }),
      code: "branch_not_allowed",
      reason: "octo/hello accepts agent pull requests from bots/** only, not agent/x.",
    },
    {
      when: "if no new ones are accepted at the moment",
      facts: settings({ hold: true }),
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now.",
    },
    {
      when: "if no new ones are accepted at the moment, with the given reason",
      facts: settings({ hold: "release week" }),
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now: release week.",
    },
    {
      when: "with one full stop if the reason is a sentence",
      facts: settings({ hold: "Back on Monday." }),
      code: "on_hold",
      reason: "octo/hello accepts no new agent pull requests for now: Back on Monday.",
    },
    {
      when: "if the limit of open ones is reached",
      facts: { place: PLACE },
      code: "open_limit_reached",
      reason: "octo/hello already has 1 open agent pull request, its limit. This one is next in the queue.",
    },
    {
      when: "if the branch has no new commits",
      facts: comparison(EMPTY),
      code: "no_changes",
      reason: "agent/x has no changes that main lacks.",
    },
    {
      when: "if its commits change nothing in all",
      facts: comparison({ aheadBy: 2, files: [], filesTruncated: false }),
      code: "no_changes",
      reason: "agent/x has no changes that main lacks.",
    },
    {
      when: "if the commit named by the signal was not pushed",
      facts: completion({ headSha: BASE_HEAD }),
      code: "head_not_pushed",
      reason: "The signal names commit 0123456, which is not on agent/x.",
    },
    {
      when: "if somebody else opened one from that branch",
      facts: existing({ ours: false }),
      code: "pull_request_not_ours",
      reason: "#7 is open from agent/x, and this project did not open it.",
    },
    {
      when: "if ours was closed",
      facts: existing({ state: "closed" }),
      code: "pull_request_closed",
      reason: "#7 from agent/x was closed.",
    },
    {
      when: "if ours was merged",
      facts: existing({ state: "closed", merged: true }),
      code: "pull_request_merged",
      reason: "#7 from agent/x was merged.",
    },
    {
      when: "for the cancellation first if there are several reasons",
      facts: { projectStatus: "cancelled", repository: ARCHIVED, ...existing({ ours: false }) },
      code: "project_cancelled",
      reason: "The project was cancelled.",
    },
    {
      when: "for what must be fixed first if it would also have to wait",
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
