import { describe, expect, test } from "@jest/globals";
import type { ProjectPullRequest } from "../../../src/projects/project.ts";
import { cleanUp } from "../../../src/projects/rules/clean-up.ts";
import { foldSignal, NO_FACTS } from "../../../src/projects/rules/fold-signal.ts";
import { at, completed, created, started } from "./signal-histories.ts";

function ended(
  number: number,
  status: "merged" | "closed",
  minute: number,
  kept: number,
): ProjectPullRequest {
  const of = { id: String(number), repository: "octo/hello", branch: `agent/${number}` };
  return { ...of, status, number, url: `#${number}`, endedAt: at(minute), workspaceKeptUntil: at(kept) };
}

const open: ProjectPullRequest = { ...ended(9, "merged", 0, 0), status: "open", endedAt: null };
const merged = ended(1, "merged", 10, 20);

describe("the workspace of a project is removed", () => {
  test.each([
    { when: "as long after a merge as the repository asks", pullRequests: [merged], dueAt: at(20) },
    {
      when: "when the last repository does not need it any more, whichever pull request ended last",
      pullRequests: [ended(2, "closed", 11, 12), merged],
      dueAt: at(20),
    },
    { when: "never before an outcome", pullRequests: [ended(2, "closed", 30, 30), merged], dueAt: at(30) },
  ])("$when", ({ pullRequests, dueAt }) => {
    const facts = [created(0), completed(9)].reduce(foldSignal, NO_FACTS);
    expect(cleanUp({ ...facts, pullRequests })?.dueAt).toEqual(dueAt);
  });
});

describe("the workspace stays", () => {
  test.each([
    { when: "while a pull request is open", signals: [created(0)], pullRequests: [merged, open] },
    { when: "before there is any", signals: [created(0)], pullRequests: [] },
    {
      when: "where the agents went on",
      signals: [created(0), started("planning", 11)],
      pullRequests: [merged],
    },
    { when: "where nobody told of one", signals: [completed(9)], pullRequests: [merged] },
  ])("$when", ({ signals, pullRequests }) => {
    expect(cleanUp({ ...signals.reduce(foldSignal, NO_FACTS), pullRequests })).toBeNull();
  });
});
