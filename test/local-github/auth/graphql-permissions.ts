// What GitHub demands of an installation's token in GraphQL. GitHub publishes no table of it, and says to try:
// https://docs.github.com/en/apps/creating-github-apps/registering-a-github-app/choosing-permissions-for-a-github-app
// Here is what was reported, and where nothing was, what the same takes in REST. Any one of the sets is enough.
// GitHub refuses each object on its own: the error's path leads to it, and the rest of the answer holds.

import type { Permissions } from "../state.ts";

interface Demand {
  readonly sets: readonly Permissions[];
  /** Who reported it, or the page of what REST demands. */
  readonly sources: readonly string[];
}

const REST = "https://docs.github.com/en/rest";

/** To see an object, by its type. Types that are not here take no more than `metadata: read`. */
export const OBJECTS = {
  PullRequest: {
    sets: [{ pull_requests: "read" }],
    sources: [
      "https://github.com/amplication/amplication/issues/5268", // ref.associatedPullRequests
      `${REST}/pulls/pulls#list-pull-requests`,
    ],
  },
  PullRequestReview: {
    sets: [{ pull_requests: "read" }],
    sources: [`${REST}/pulls/reviews#list-reviews-for-a-pull-request`],
  },
  Issue: { sets: [{ issues: "read" }], sources: [`${REST}/issues/issues#get-an-issue`] },
  IssueComment: {
    sets: [{ issues: "read" }, { pull_requests: "read" }],
    sources: [`${REST}/issues/comments#get-an-issue-comment`],
  },
  Label: {
    sets: [{ issues: "read" }, { pull_requests: "read" }],
    sources: [`${REST}/issues/labels#get-a-label`],
  },
  Ref: { sets: [{ contents: "read" }], sources: [`${REST}/git/refs#get-a-reference`] },
  // Commit, Tree and Blob.
  GitObject: {
    sets: [{ contents: "read" }],
    sources: [
      "https://github.com/int128/argocd-commenter/pull/193", // repository.object of a private repository
      `${REST}/repos/contents#get-repository-content`,
    ],
  },
  StatusCheckRollup: {
    sets: [{ checks: "read" }, { statuses: "read" }],
    sources: ["https://github.com/facebook/sapling/issues/993"],
  },
  CheckRun: { sets: [{ checks: "read" }], sources: [`${REST}/checks/runs#get-a-check-run`] },
  StatusContext: {
    sets: [{ statuses: "read" }],
    sources: ["https://github.com/philips-software/pull-request-report-action/issues/557"],
  },
  Team: {
    sets: [{ members: "read" }],
    sources: [
      "https://github.com/abhinav/git-spice/issues/972", // organization.team
      "https://github.com/cli/cli/issues/14317", // reviewRequests.nodes.0.requestedReviewer
      "https://github.com/peter-evans/create-pull-request/pull/986",
    ],
  },
} as const satisfies Readonly<Record<string, Demand>>;

const GIT_OBJECTS = new Set(["Commit", "Tree", "Blob"]);

/** The entry of `OBJECTS` for a type of the schema; `null` if it takes no more than `metadata: read`. */
export function keyOfType(name: string): keyof typeof OBJECTS | null {
  if (GIT_OBJECTS.has(name)) return "GitObject";
  return name in OBJECTS ? (name as keyof typeof OBJECTS) : null;
}

const COMMENTS = {
  sets: [{ issues: "write" }, { pull_requests: "write" }],
  sources: [`${REST}/issues/comments#create-an-issue-comment`],
} as const;
const CHECKS = { sets: [{ checks: "write" }], sources: [`${REST}/checks/runs#create-a-check-run`] } as const;
const PULL_REQUESTS = {
  sets: [{ pull_requests: "write" }],
  sources: [`${REST}/pulls/pulls#update-a-pull-request`],
} as const;
const LABELS = {
  sets: [{ issues: "write", pull_requests: "write" }],
  sources: [
    "https://github.com/Agent-Field/agentfield/pull/126", // pull_requests alone is refused
    "https://github.com/dashpay/rust-dashcore/issues/809", // the same
    "https://github.com/powerfooI/herdr-studio/pull/68", // issues alone is refused, in REST
  ],
} as const;
const DRAFTS = {
  sets: [{ contents: "write", pull_requests: "write" }],
  sources: [
    "https://github.com/boxlite-ai/boxlite/pull/1556", // with runs of both
    "https://github.com/open-telemetry/opentelemetry-collector-contrib/pull/50226",
    "https://github.com/cli/cli/discussions/6924",
  ],
} as const;

/** To do something, by the name of the mutation. */
export const MUTATIONS = {
  addComment: COMMENTS,
  updateIssueComment: COMMENTS,
  deleteIssueComment: COMMENTS,
  addReaction: {
    sets: [{ issues: "write" }],
    sources: [`${REST}/reactions/reactions#create-reaction-for-an-issue-comment`],
  },
  addLabelsToLabelable: LABELS,
  removeLabelsFromLabelable: LABELS,
  createLabel: {
    sets: [{ issues: "write" }, { pull_requests: "write" }],
    sources: [`${REST}/issues/labels#create-a-label`],
  },
  createCheckRun: CHECKS,
  updateCheckRun: CHECKS,
  createPullRequest: PULL_REQUESTS,
  updatePullRequest: PULL_REQUESTS,
  closePullRequest: PULL_REQUESTS,
  reopenPullRequest: PULL_REQUESTS,
  requestReviews: {
    sets: [{ pull_requests: "write" }],
    sources: [`${REST}/pulls/review-requests#request-reviewers-for-a-pull-request`],
  },
  convertPullRequestToDraft: DRAFTS,
  markPullRequestReadyForReview: DRAFTS,
  mergePullRequest: { sets: [{ contents: "write" }], sources: [`${REST}/pulls/pulls#merge-a-pull-request`] },
  updatePullRequestBranch: {
    sets: [{ pull_requests: "write" }],
    sources: [`${REST}/pulls/pulls#update-a-pull-request-branch`],
  },
  deleteRef: { sets: [{ contents: "write" }], sources: [`${REST}/git/refs#delete-a-reference`] },
} as const satisfies Readonly<Record<string, Demand>>;
