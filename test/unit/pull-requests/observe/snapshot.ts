import type { CheckState } from "../../../../src/github/facts/branch-rules.ts";
import type { Answered } from "../../../../src/pull-requests/observe/rules/observe.ts";
import type { ReviewFact } from "../../../../src/github/facts/snapshot.ts";

/** The SHA of a commit, the same for the same word. */
export function sha(word: string): string {
  return Buffer.from(word).toString("hex").padEnd(40, "0").slice(0, 40);
}

export function review(id: number, state: ReviewFact["state"], more: Partial<ReviewFact> = {}): ReviewFact {
  return {
    id,
    author: "alice",
    state,
    submittedAt: new Date(Date.UTC(2026, 0, 1, 12, 0, id)),
    commitSha: sha("head"),
    url: `https://github.com/octo/shop/pull/7#pullrequestreview-${id}`,
    body: "",
    ...more,
  };
}

type Change = Partial<Omit<Answered, "pullRequest" | "checks">> & {
  readonly pullRequest?: Partial<Answered["pullRequest"]>;
  readonly checks?: readonly CheckState[];
};

/** An open, mergeable pull request without checks and reviews. */
export function snapshot({ pullRequest, checks = [], ...others }: Change = {}): Answered {
  return {
    repository: null,
    pullRequest: {
      number: 7,
      nodeId: "PR_7",
      url: "https://github.com/octo/shop/pull/7",
      state: "open",
      merged: false,
      draft: false,
      title: "Add a cart",
      body: "",
      headSha: sha("head"),
      baseRef: "main",
      labels: [],
      ...pullRequest,
    },
    updatedAt: new Date(Date.UTC(2026, 0, 1, 12)),
    mergedAt: null,
    closedAt: null,
    mergedBy: null,
    headRef: "agent/cart",
    headExists: true,
    baseSha: sha("base"),
    mergeable: "mergeable",
    checks: { states: checks, total: checks.length },
    checksRefused: null,
    reviewDecision: null,
    reviews: [],
    ...others,
  };
}
