import { expect, test } from "@jest/globals";
import type { Sibling } from "../../../src/descriptions/rules/description-facts.ts";
import {
  checkConclusion,
  type CheckFacts,
} from "../../../src/pull-requests/check-run/rules/check-conclusion.ts";
import { seen } from "./observe/seen.ts";

const HEAD = seen().headSha.slice(0, 7);
const said = (facts: Partial<CheckFacts> = {}) =>
  checkConclusion({
    seen: seen(),
    settings: { siblings: "link" },
    siblings: [],
    hold: null,
    problem: null,
    ...facts,
  });
const failed = (name: string) => ({ id: 1, name, conclusion: "failure", url: null, required: false });
const review = (author: string | null) => ({
  id: 1,
  author,
  url: "",
  submittedAt: new Date(0),
  commitSha: null,
});
const sibling = (more: Partial<Sibling> = {}): Sibling => ({
  repository: "acme/api",
  number: 3,
  state: "open",
  checks: "pending",
  review: "none",
  ...more,
});
const problem = { code: "loop_broken", reason: "It goes round.", remedy: "Have a look." };

test.each<{ what: string; facts: Partial<CheckFacts>; conclusion: string | null; title: string }>([
  { what: "nothing is in the way", facts: {}, conclusion: "success", title: "Nothing blocks merging" },
  {
    what: "it conflicts and its checks failed",
    facts: { seen: seen({ mergeability: { value: "conflicting" }, checks: { verdict: "failed" } }) },
    conclusion: "neutral",
    title: "Conflicts with its base branch",
  },
  {
    what: "its checks failed",
    facts: { seen: seen({ checks: { verdict: "failed" }, review: { verdict: "changes_requested" } }) },
    conclusion: "neutral",
    title: "Checks failed",
  },
  {
    what: "somebody asks for changes",
    facts: { seen: seen({ review: { verdict: "changes_requested" }, checks: { verdict: "pending" } }) },
    conclusion: "neutral",
    title: "Changes requested",
  },
  {
    what: "checks run",
    facts: { seen: seen({ checks: { verdict: "pending" } }), hold: "Somebody asked for it" },
    conclusion: "neutral",
    title: "Waiting for checks",
  },
  {
    what: "it is on hold",
    facts: { seen: seen({ lifecycle: "draft" }), hold: "Somebody asked for it" },
    conclusion: "neutral",
    title: "On hold",
  },
  {
    what: "it is a draft",
    facts: { seen: seen({ lifecycle: "draft", review: { verdict: "required" } }) },
    conclusion: "neutral",
    title: "Still a draft",
  },
  {
    what: "it needs a review",
    facts: { seen: seen({ review: { verdict: "required" } }) },
    conclusion: "neutral",
    title: "Waiting for a review",
  },
  {
    what: "the bot is stuck",
    facts: { seen: seen({ checks: { verdict: "failed" } }), problem },
    conclusion: "action_required",
    title: "The bot needs help",
  },
  {
    what: "it is merged, whatever else there is",
    facts: { seen: seen({ lifecycle: "merged", checks: { verdict: "failed" } }), problem },
    conclusion: "neutral",
    title: "Merged",
  },
  {
    what: "it is closed",
    facts: { seen: seen({ lifecycle: "closed" }) },
    conclusion: "neutral",
    title: "Closed without merging",
  },
  {
    what: "others are only linked",
    facts: { siblings: [sibling()] },
    conclusion: "success",
    title: "Nothing blocks merging",
  },
  {
    what: "it waits for others",
    facts: { siblings: [sibling()], settings: { siblings: "wait" } },
    conclusion: null,
    title: "Waiting for the other pull requests of this change",
  },
  {
    what: "it waits for others, and something nearer is in the way",
    facts: {
      siblings: [sibling()],
      settings: { siblings: "wait" },
      seen: seen({ review: { verdict: "required" } }),
    },
    conclusion: null,
    title: "Waiting for a review",
  },
  {
    what: "one of the others was closed",
    facts: { siblings: [sibling({ state: "closed" })], settings: { siblings: "wait" } },
    conclusion: "action_required",
    title: "Another pull request of this change was closed",
  },
])("where $what, it says so", ({ facts, conclusion, title }) => {
  expect(said(facts)).toMatchObject({ conclusion, title });
});

test("every fact has its sentence, what somebody has to mend first", () => {
  const busy = seen({
    checks: {
      verdict: "pending",
      failed: ["build", "lint", "types", "docs"].map(failed),
      pending: 1,
    },
    review: {
      verdict: "required",
      approvals: [review("bob")],
      changesRequested: [review("alice"), review(null)],
    },
    mergeability: { value: "conflicting", stale: true, cause: { sha: "b1", pullRequest: 12 } },
  });
  const siblings = [
    sibling(),
    sibling({ number: 4, checks: "passed" }),
    sibling({ number: null, state: "expected" }),
    sibling({ repository: null, number: null, state: "draft" }),
    sibling({ state: "stuck" }),
    sibling({ state: "merged" }),
    sibling({ state: "closed" }),
  ];
  expect(said({ seen: busy, siblings, hold: "alice asked for it.", problem }).lines).toEqual([
    "It goes round. Have a look.",
    "On hold: alice asked for it.",
    `build, lint, types, 1 more failed on ${HEAD}, and 1 check is still running.`,
    "Changes requested by alice, a deleted account.",
    "Approved by bob.",
    "The base branch requires a review that is still missing.",
    "It conflicts with main since #12 was merged. GitHub is checking this again.",
    "acme/api#3 is waiting for checks or reviews.",
    "acme/api#4 can be merged.",
    "acme/api is not open yet.",
    "A pull request in a private repository is a draft.",
    "acme/api#3 could not be opened.",
    "acme/api#3 is merged.",
    "acme/api#3 was closed without merging.",
  ]);
});

test("a long list of others is cut", () => {
  const lines = said({ siblings: Array.from({ length: 12 }, () => sibling()) }).lines;
  expect(lines).toHaveLength(1 + 10 + 1);
  expect(lines.at(-1)).toBe("This change has 2 more pull requests.");
});

test.each([
  [{ verdict: "none" }, `No checks have run on ${HEAD}.`],
  [{ verdict: "none", unread: true }, "The bot has no permission to read checks here."],
  [{ verdict: "passed" }, `All checks passed on ${HEAD}.`],
  [{ verdict: "failed", failed: [failed("build")] }, `build failed on ${HEAD}.`],
  [{ verdict: "pending", pending: 2 }, `2 checks are still running on ${HEAD}.`],
] as const)("the checks have their sentence: %j", (checks, sentence) => {
  expect(said({ seen: seen({ checks }) }).lines[0]).toBe(sentence);
});
