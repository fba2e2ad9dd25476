import { expect, test } from "../../support/testing.ts";
import type { ProjectPullRequest } from "../../../src/projects/project.ts";
import { PULL_REQUESTS_MAX, withPullRequest } from "../../../src/projects/rules/with-pull-request.ts";

const pullRequest = (id: number, endedMinute: number | null): ProjectPullRequest => ({
  id: String(id),
  repository: "octo/hello",
  branch: `agent/${id}`,
  status: endedMinute === null ? "open" : "merged",
  number: id,
  url: `https://github.example/octo/hello/pull/${id}`,
  endedAt: endedMinute === null ? null : new Date(Date.UTC(2026, 0, 1, 0, endedMinute)),
  workspaceKeptUntil: null,
});

test("what is known about a pull request is replaced", () => {
  expect(withPullRequest([pullRequest(1, null), pullRequest(2, null)], pullRequest(1, 5))).toEqual([
    pullRequest(2, null),
    pullRequest(1, 5),
  ]);
});

test("beyond the limit those that ended first are dropped, and never an open one", () => {
  const open = pullRequest(1, null);
  const ended = Array.from({ length: PULL_REQUESTS_MAX - 1 }, (_, index) =>
    pullRequest(2 + index, 5_000 - index),
  );
  const all = withPullRequest([open, ...ended], pullRequest(9_999, null));
  expect(all).toHaveLength(PULL_REQUESTS_MAX);
  expect(all).toContain(open);
  expect(all).not.toContain(ended.at(-1));
});
