import { expect, test } from "@jest/globals";
import { describeTitle } from "../../../src/descriptions/rules/describe-title.ts";
import { MINIMAL_COMPLETION, SMALL_COMPARISON } from "./completion.ts";

test.each([
  { name: "the agent's", completion: { title: "Fix #3 for @octocat" }, title: "F¦ix #3 for @¦octocat" },
  { name: "the only commit's subject", completion: { title: "" }, title: "Add an export" },
  {
    name: "the only commit's subject where the agent's can't be seen",
    completion: { title: "\u200b" },
    title: "Add an export",
  },
  {
    name: "the branch's name in words where there are several commits",
    completion: {},
    commits: [
      { sha: "a", subject: "one", message: "one" },
      { sha: "b", subject: "two", message: "two" },
    ],
    title: "Csv export",
  },
  {
    name: "ours where nothing else can be seen",
    completion: { branch: "agent/\u200b" },
    commits: [],
    title: "Changes by AI agents",
  },
  { name: "cut at 240 characters", completion: { title: "x".repeat(300) }, title: `${"x".repeat(239)}…` },
])("the title is $name", ({ completion, commits = SMALL_COMPARISON.commits, title }) => {
  const facts = {
    completion: { ...MINIMAL_COMPLETION, ...completion },
    comparison: { ...SMALL_COMPARISON, commits },
  };
  expect(describeTitle(facts).replaceAll("\u200b", "¦")).toBe(title);
});
