import { describe, expect, test } from "../../support/testing.ts";
import { secondsToOutcome } from "../../../src/pull-requests/hand-back/rules/edge.ts";
import {
  type BranchFacts,
  shouldDeleteBranch,
} from "../../../src/pull-requests/track/rules/should-delete-branch.ts";
import { type ReadyFacts, shouldReady } from "../../../src/pull-requests/track/rules/should-ready.ts";
import { LOOKED_AT, minutesLater, seen } from "./observe/seen.ts";

describe("a draft", () => {
  const passed = { verdict: "passed", requiredPassed: true } as const;
  const draft = (more: Parameters<typeof seen>[0] = {}) =>
    seen({ lifecycle: "draft", checks: passed, ...more });
  const failed = { id: 1, name: "build", conclusion: "failure", url: null, required: true };

  test.each<{ what: string; facts: Partial<ReadyFacts>; ready: boolean; because: string }>([
    {
      what: "becomes ready when the required checks have passed",
      facts: {},
      ready: true,
      because: "All required checks have passed",
    },
    {
      what: "becomes ready while optional checks still run",
      facts: { seen: draft({ checks: { verdict: "pending", requiredPassed: true } }) },
      ready: true,
      because: "All required checks have passed",
    },
    {
      what: "stays a draft if the settings do not say otherwise",
      facts: { settings: { autoReady: false } },
      ready: false,
      because: "The setting autoReady is off",
    },
    {
      what: "is not marked ready twice",
      facts: { seen: seen() },
      ready: false,
      because: "It is not a draft",
    },
    {
      what: "of a person stays a draft",
      facts: { draftByBot: false },
      ready: false,
      because: "A person made it a draft",
    },
    {
      what: "on hold stays a draft",
      facts: { held: true },
      ready: false,
      because: "Somebody put it on hold",
    },
    {
      what: "with a conflict stays a draft, also while GitHub checks again",
      facts: { seen: draft({ mergeability: { value: "conflicting", stale: true } }) },
      ready: false,
      because: "It conflicts with its base branch",
    },
    {
      what: "waits until GitHub knows whether it can be merged",
      facts: { seen: draft({ mergeability: { value: "unknown", asked: 2 } }) },
      ready: false,
      because: "GitHub does not know yet whether it can be merged",
    },
    {
      what: "does not wait for GitHub for ever",
      facts: { seen: draft({ mergeability: { value: "unknown", asked: 11 } }) },
      ready: true,
      because: "All required checks have passed",
    },
    {
      what: "waits for checks",
      facts: { seen: draft({ checks: { verdict: "pending", requiredPassed: false } }) },
      ready: false,
      because: "Not all checks have passed yet",
    },
    {
      what: "names the required checks that failed",
      facts: {
        seen: draft({
          checks: {
            verdict: "failed",
            requiredPassed: false,
            failed: [failed, { ...failed, name: "docs", required: false }],
          },
        }),
      },
      ready: false,
      because: "build failed",
    },
    {
      what: "stays a draft if its checks can't be read",
      facts: { seen: draft({ checks: { verdict: "none", unread: true } }), now: minutesLater(60) },
      ready: false,
      because: "The bot has no permission to read checks here",
    },
    {
      what: "waits until it is clear that it has no checks",
      facts: { seen: draft({ checks: { verdict: "none", since: LOOKED_AT } }), now: minutesLater(9) },
      ready: false,
      because: "No check has reported yet",
    },
    {
      what: "becomes ready once it is clear that it has no checks",
      facts: { seen: draft({ checks: { verdict: "none", since: LOOKED_AT } }), now: minutesLater(10) },
      ready: true,
      because: "This repository runs no checks",
    },
  ])("$what", ({ facts, ready, because }) => {
    const all = {
      settings: { autoReady: true },
      seen: draft(),
      draftByBot: true,
      held: false,
      now: LOOKED_AT,
    };
    expect(shouldReady({ ...all, ...facts })).toEqual({ ready, because });
  });
});

describe("a merged branch", () => {
  const merged = seen({ lifecycle: "merged" });
  const asked = { branchSha: merged.headSha, otherUsers: [] };

  test.each<{ what: string; facts: Partial<BranchFacts>; answer: string; because: string }>([
    {
      what: "is deleted if the settings say so and nobody else uses it",
      facts: {},
      answer: "delete",
      because: "Its pull request is merged and nobody else uses it",
    },
    {
      what: "is first compared with GitHub",
      facts: { asked: null },
      answer: "ask",
      because: "Somebody else may use it",
    },
    {
      what: "stays if somebody put it on hold",
      facts: { held: true, asked: null },
      answer: "keep",
      because: "Somebody put it on hold",
    },
    {
      what: "stays if the settings do not mention it",
      facts: { settings: { deleteBranchAfterMerge: false, baseBranches: ["**"] }, asked: null },
      answer: "keep",
      because: "The settings keep merged branches",
    },
    {
      what: "stays if it was closed without a merge",
      facts: { seen: seen({ lifecycle: "closed" }), asked: null },
      answer: "keep",
      because: "Its pull request is not merged",
    },
    {
      what: "is not deleted twice",
      facts: { seen: seen({ lifecycle: "merged", headExists: false }), asked: null },
      answer: "keep",
      because: "It is deleted already",
    },
    {
      what: "stays if it is the default branch",
      facts: { branch: "main", asked: null },
      answer: "keep",
      because: "It is the repository's default branch",
    },
    {
      what: "stays if the settings name it as a base, whatever branch a signal names",
      facts: { branch: "develop", asked: null },
      answer: "keep",
      because: "The settings name it as a base branch",
    },
    {
      what: "is no base if a glob of the settings is also its name",
      facts: {
        branch: "release/{1,2}",
        settings: { deleteBranchAfterMerge: true, baseBranches: ["release/{1,2}"] },
      },
      answer: "delete",
      because: "Its pull request is merged and nobody else uses it",
    },
    {
      what: "stays if somebody has pushed since",
      facts: { asked: { ...asked, branchSha: "another" } },
      answer: "keep",
      because: "Somebody pushed to it after the merge",
    },
    {
      what: "stays if another pull request needs it",
      facts: { asked: { ...asked, otherUsers: [12, 13] } },
      answer: "keep",
      because: "#12 uses it too",
    },
  ])("$what", ({ facts, answer, because }) => {
    const all = {
      settings: { deleteBranchAfterMerge: true, baseBranches: ["**", "develop"] },
      seen: merged,
      branch: "agent/cart",
      defaultBranch: "main",
      held: false,
      asked,
    };
    expect(shouldDeleteBranch({ ...all, ...facts })).toEqual({ answer, because });
  });
});

test("the time to the outcome is measured from the completion, and is never negative", () => {
  const [completedAt, outcomeAt] = [LOOKED_AT, minutesLater(90)];
  expect(secondsToOutcome({ completedAt, outcomeAt })).toBe(5_400);
  expect(secondsToOutcome({ completedAt: outcomeAt, outcomeAt: completedAt })).toBe(0);
});
