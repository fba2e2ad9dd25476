import { describe, expect, test } from "@jest/globals";
import { checkReport } from "../../../src/pull-requests/check-run/rules/check-report.ts";
import type { CheckTruth } from "../../../src/pull-requests/check-run/rules/check-conclusion.ts";
import { ownWords } from "../../../src/text/safe.ts";
import { sanitizeText } from "../../../src/text/sanitize.ts";
import { render } from "../descriptions/description-facts.ts";

const NOTES = { title: sanitizeText("One thing to fix", 100), summary: ownWords("- Fix it."), text: null };
const TRUTH: CheckTruth = {
  conclusion: "neutral",
  title: "Waiting for checks",
  lines: ["2 checks are still running."],
};
const NOTHING = { notes: null, truth: TRUTH, there: false, demanded: false };

test("where nobody waits for a word there is no check run", () => {
  expect(checkReport(NOTHING, render)).toBeNull();
  expect(checkReport({ ...NOTHING, truth: null }, render)).toBeNull();
});

describe("there is one", () => {
  test.each([
    { when: "where there is something to mend", facts: { notes: NOTES }, title: "One thing to fix" },
    { when: "where it is there already", facts: { there: true }, title: "Waiting for checks" },
    { when: "where the base asks for it", facts: { demanded: true }, title: "Waiting for checks" },
    {
      when: "where the bot needs help",
      facts: { truth: { ...TRUTH, conclusion: "action_required" as const, title: "Help" } },
      title: "Help",
    },
  ])("$when", ({ facts, title }) => {
    expect(checkReport({ ...NOTHING, ...facts }, render)?.title).toBe(title);
  });
});

test("it goes on while it waits, and says first what is to be mended and then where all stands", () => {
  const report = checkReport({ ...NOTHING, notes: NOTES, truth: { ...TRUTH, conclusion: null } }, render);
  expect(report).toMatchObject({ title: "Waiting for checks", progress: { status: "in_progress" } });
  expect(report?.summary).toBe("- Fix it.\n\n- 2 checks are still running.");
  expect(report?.actions.map(({ identifier }) => identifier)).toEqual(["retry", "refresh"]);
});

test("names that others chose can't act in it", () => {
  const truth = { ...TRUTH, lines: ["@octocat fixes #1 <img src=x> failed."] };
  const summary = checkReport({ ...NOTHING, truth, there: true }, render)?.summary ?? "";
  expect(summary).not.toMatch(/(?<!\\)<img/);
  expect(summary).not.toMatch(/(^|\s)@octocat/);
});
