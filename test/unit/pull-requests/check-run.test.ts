import { describe, expect, test } from "../../support/testing.ts";
import {
  type CheckFacts,
  type CheckTruth,
  checkConclusion,
} from "../../../src/pull-requests/check-run/rules/check-conclusion.ts";
import { checkReport } from "../../../src/pull-requests/check-run/rules/check-report.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/markdown/sanitize.ts";
import { render } from "../descriptions/description-facts.ts";
import { seen } from "./observe/seen.ts";
import { sibling } from "../descriptions/sibling.ts";

describe("the conclusion", () => {
  const HEAD = seen().headSha.slice(0, 7);
  const concluded = (facts: Partial<CheckFacts> = {}) =>
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
  const problem = { code: "loop_broken", reason: "It goes round.", remedy: "Have a look." };

  test.each<{ what: string; facts: Partial<CheckFacts>; conclusion: string | null; title: string }>([
    { what: "nothing blocks the merge", facts: {}, conclusion: "success", title: "Nothing blocks merging" },
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
      what: "a reviewer requests changes",
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
      what: "the bot needs help",
      facts: { seen: seen({ checks: { verdict: "failed" } }), problem },
      conclusion: "action_required",
      title: "The bot needs help",
    },
    {
      what: "it is merged, even with other problems",
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
      what: "it waits for others, and also for its own review",
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
  ])("the check run says that $what", ({ facts, conclusion, title }) => {
    expect(concluded(facts)).toMatchObject({ conclusion, title });
  });

  test("every fact has its sentence, the ones to fix first", () => {
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
    expect(concluded({ seen: busy, siblings, hold: "alice asked for it.", problem }).lines).toEqual([
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

  test("a long list of other pull requests is shortened", () => {
    const lines = concluded({ siblings: Array.from({ length: 12 }, () => sibling()) }).lines;
    expect(lines).toHaveLength(1 + 10 + 1);
    expect(lines.at(-1)).toBe("This change has 2 more pull requests.");
  });

  test.each([
    [{ verdict: "none" }, `No checks have run on ${HEAD}.`],
    [{ verdict: "none", unread: true }, "The bot has no permission to read checks here."],
    [
      { verdict: "failed", unread: true, failed: [failed("build")] },
      `build failed on ${HEAD}. The bot can't read the others.`,
    ],
    [{ verdict: "passed" }, `All checks passed on ${HEAD}.`],
    [{ verdict: "failed", failed: [failed("build")] }, `build failed on ${HEAD}.`],
    [{ verdict: "pending", pending: 2 }, `2 checks are still running on ${HEAD}.`],
  ] as const)("the checks have their sentence: %j", (checks, sentence) => {
    expect(concluded({ seen: seen({ checks }) }).lines[0]).toBe(sentence);
  });

  test("nothing is said about merging if checks can't be read", () => {
    const unread = concluded({ seen: seen({ checks: { verdict: "none", unread: true } }) });
    expect(unread).toMatchObject({ conclusion: "neutral", title: "Checks can't be read" });
  });
});

describe("the report", () => {
  const NOTES = { title: sanitizeText("One thing to fix", 100), summary: ownWords("- Fix it."), text: null };
  const TRUTH: CheckTruth = {
    conclusion: "neutral",
    title: "Waiting for checks",
    lines: ["2 checks are still running."],
  };
  const NOTHING = { notes: null, truth: TRUTH, there: false, demanded: false };

  test("without anything to say there is no check run", () => {
    expect(checkReport(NOTHING, render)).toBeNull();
    expect(checkReport({ ...NOTHING, truth: null }, render)).toBeNull();
  });

  describe("there is a check run", () => {
    test.each([
      { when: "if there is something to fix", facts: { notes: NOTES }, title: "One thing to fix" },
      { when: "if it exists already", facts: { there: true }, title: "Waiting for checks" },
      { when: "if the base branch requires it", facts: { demanded: true }, title: "Waiting for checks" },
      {
        when: "if the bot needs help",
        facts: { truth: { ...TRUTH, conclusion: "action_required" as const, title: "Help" } },
        title: "Help",
      },
    ])("$when", ({ facts, title }) => {
      expect(checkReport({ ...NOTHING, ...facts }, render)?.title).toBe(title);
    });
  });

  test("it stays in progress while it waits, and lists first what to fix and then the state", () => {
    const report = checkReport({ ...NOTHING, notes: NOTES, truth: { ...TRUTH, conclusion: null } }, render);
    expect(report).toMatchObject({ title: "Waiting for checks", progress: { status: "in_progress" } });
    expect(report?.summary).toBe("- Fix it.\n\n- 2 checks are still running.");
    expect(report?.actions.map(({ identifier }) => identifier)).toEqual(["retry", "refresh"]);
  });

  test("title and summary stay within GitHub's limits in bytes, and the summary says what is left out", () => {
    const wide = "日本語😀".repeat(200);
    const truth = { ...TRUTH, title: wide, lines: Array.from({ length: 60 }, () => wide) };
    const notes = { ...NOTES, summary: ownWords(`- ${"日".repeat(10_000)}`) };
    const { title = "", summary = "" } = checkReport({ ...NOTHING, notes, truth, there: true }, render) ?? {};
    const waiting = checkReport({ ...NOTHING, truth, there: true }, render);
    expect(title).toBe(NOTES.title);
    expect(Buffer.byteLength(waiting?.title ?? "")).toBeLessThanOrEqual(255);
    expect(waiting?.title).toMatch(/^日本語😀.*…$/u);
    expect(Buffer.byteLength(summary)).toBeLessThanOrEqual(65_535);
    const shown = summary.match(/^- 日本語/gm)?.length ?? 0;
    expect(shown).toBeGreaterThan(20);
    expect(summary.endsWith(`- … and ${60 - shown} more`)).toBe(true);
  });

  test("names chosen by others are harmless in it", () => {
    const truth = { ...TRUTH, lines: ["@octocat fixes #1 <img src=x> failed."] };
    const summary = checkReport({ ...NOTHING, truth, there: true }, render)?.summary ?? "";
    expect(summary).not.toMatch(/(?<!\\)<img/);
    expect(summary).not.toMatch(/(^|\s)@octocat/);
  });
});
