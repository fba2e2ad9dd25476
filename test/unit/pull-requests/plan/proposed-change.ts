// The change that tests of a plan propose: `agent/x` is one commit ahead of `main` and adds a file.

import type { Comparison } from "../../../../src/github/facts/comparison.ts";
import type { ExistingPullRequest } from "../../../../src/pull-requests/plan/rules/existing-pull-request.ts";
import { NO_LABELLING } from "../../../../src/pull-requests/record/rules/labelling.ts";

export const HEAD = "8f14e45fceea167a5a36dedd4bea2543c0ffee00";
export const BASE_HEAD = "0123456789abcdef0123456789abcdef01234567";

export const COMPLETION = {
  project: "p-1",
  repository: "octo/hello",
  branch: "agent/x",
  summary: "It greets.",
};

export const COMPARISON: Comparison = {
  aheadBy: 1,
  behindBy: 0,
  baseSha: BASE_HEAD,
  headSha: HEAD,
  headCommittedAt: null,
  commits: [{ sha: HEAD, subject: "Greet", message: "Greet" }],
  files: [{ path: "greet.ts", previousPath: null, status: "added", additions: 3, deletions: 0 }],
  filesTruncated: false,
  total: { files: 1, additions: 3, deletions: 0 },
};

/** The bot's open pull request for the change, without description and labels. */
export const OURS: ExistingPullRequest = {
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
