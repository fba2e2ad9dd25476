import { expect, test } from "@jest/globals";
import { commitWarnings } from "../../../src/descriptions/rules/commit-warnings.ts";
import { effortOf } from "../../support/effort.ts";

const SHA = "abcdef1234567890abcdef1234567890abcdef12";
const ABOUT = { ownIssues: [3], intoDefault: true, owner: "Octo" };

test.each<{ message: string; closes?: string[]; mentions?: string[] }>([
  { message: "Add an export" },
  { message: "Add an export\n\nFixes #9", closes: ["Fixes #9"] },
  { message: "closes: #9 and resolved  octo/other#4", closes: ["closes: #9", "resolved octo/other#4"] },
  { message: "fix GH-9", closes: ["fix GH-9"] },
  {
    message: "Close https://github.com/octo/other/issues/12",
    closes: ["Close https://github.com/octo/other/issues/12"],
  },
  { message: "Fixes #3, which is the project's own" },
  { message: "Fixes GH-3, which is the project's own" },
  { message: "prefixes #9 and #9 alone close nothing" },
  { message: "fix: #9", closes: ["fix: #9"] },
  { message: "Thanks to @octocat and @octo/team.", mentions: ["@octocat", "@octo/team"] },
  { message: "Update @types/node and @octocat/kit" },
  { message: "@octocat @octocat", mentions: ["@octocat"] },
  { message: "Mail a@b.co, use foo/@types or @" },
  { message: "Add\n\nCo-authored-by: A <a@b.co> @octocat\nSigned-off-by: @octocat" },
])("$message", ({ message, closes = [], mentions = [] }) => {
  const expected = closes.length + mentions.length > 0 ? [{ sha: "abcdef1", closes, mentions }] : [];
  expect(commitWarnings([{ sha: SHA, message }], ABOUT)).toEqual(expected);
});

test("where the base is not the default branch GitHub closes nothing, and mentions all the same", () => {
  const commits = [{ sha: SHA, message: "Fixes #9, for @octocat" }];
  expect(commitWarnings(commits, { ...ABOUT, intoDefault: false })).toEqual([
    { sha: "abcdef1", closes: [], mentions: ["@octocat"] },
  ]);
});

test("no more is said of a commit than fits, and no more of it is read", () => {
  const references = Array.from({ length: 8 }, (_, index) => `fixes #${index + 10}`);
  const [warning] = commitWarnings([{ sha: SHA, message: references.join(" ") }], ABOUT);
  expect(warning?.closes).toEqual(references.slice(0, 5));
  expect(commitWarnings([{ sha: SHA, message: `${"x ".repeat(2_000)}fixes #9` }], ABOUT)).toEqual([]);
});

test.each(["fixes ", "close a/", "@a", "@a/", "fix https://a.b/c/d/issues/", "a".repeat(100), " @"])(
  "a message of nothing but %j is gone through with little effort",
  (piece) => {
    const message = piece.repeat(4_000);
    const commits = Array.from({ length: 250 }, () => ({ sha: SHA, message }));
    expect(effortOf(() => commitWarnings(commits, ABOUT), { atMost: 75 })).toBeLessThan(75);
  },
);
