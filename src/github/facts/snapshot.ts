import type { Refusal } from "../../errors.ts";
import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets.ts";
import type { Checks } from "./checks.ts";
import type { RemotePullRequest } from "./pull-request.ts";

/** Where a pull request stands, all of it at one moment. */
export interface Snapshot {
  readonly pullRequest: RemotePullRequest;
  readonly updatedAt: Date;
  readonly mergedAt: Date | null;
  /** Of one that was merged as well. */
  readonly closedAt: Date | null;
  /** Login as REST has it, a bot's with `[bot]`; `null` also where the account is gone. */
  readonly mergedBy: string | null;
  readonly headRef: string;
  /** `false` where the branch was deleted: `pullRequest.headSha` is then its last commit. */
  readonly headExists: boolean;
  /** What the base branch ends with now. */
  readonly baseSha: string;
  /** `unknown` while GitHub computes it, which asking sets off, and once the pull request is closed. */
  readonly mergeable: "mergeable" | "conflicting" | "unknown";
  /** Of the head commit, without what the App itself reports. */
  readonly checks: Checks;
  /** Why there are none in `checks`, where the App may not read them; `null` where it may. */
  readonly checksRefused: Refusal | null;
  /** `null` where the base asks for no reviews. */
  readonly reviewDecision: "approved" | "changes_requested" | "review_required" | null;
  /**
   * The latest opinion of each author, of a hundred at most; comments alone are none. Of those who may write to the repository:
   * in a public one anybody may review, and what they ask for would be handed to agents.
   */
  readonly reviews: readonly ReviewFact[];
}

/** What somebody thinks of the pull request. */
export interface ReviewFact {
  readonly id: number;
  /** Login as REST has it, a bot's with `[bot]`; `null` where the account is gone. */
  readonly author: string | null;
  readonly state: "approved" | "changes_requested" | "dismissed";
  readonly submittedAt: Date;
  /** The head that was looked at; `null` where a force-push took it away. */
  readonly commitSha: string | null;
  readonly url: string;
  /** At most 4 000 characters. */
  readonly body: string;
}

const REVIEW_BODY_CHARACTERS_MAX = 4_000;

interface Actor {
  readonly __typename: string;
  readonly login: string;
}

/** GraphQL's `PullRequest`, as a snapshot asks for it; times in ISO 8601. */
export interface PullRequestAnswer {
  readonly number: number;
  readonly id: string;
  readonly url: string;
  readonly state: "OPEN" | "CLOSED" | "MERGED";
  readonly isDraft: boolean;
  readonly title: string;
  readonly body: string;
  readonly updatedAt: string;
  readonly closedAt: string | null;
  readonly mergedAt: string | null;
  readonly mergedBy: Actor | null;
  readonly headRefName: string;
  readonly headRefOid: string;
  readonly headRef: { readonly name: string } | null;
  readonly baseRefName: string;
  readonly baseRefOid: string;
  readonly baseRef: { readonly target: { readonly oid: string } | null } | null;
  readonly mergeable: "MERGEABLE" | "CONFLICTING" | "UNKNOWN";
  readonly reviewDecision: "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED" | null;
  readonly labels: { readonly nodes: readonly { readonly name: string }[] } | null;
  readonly latestOpinionatedReviews: { readonly nodes: readonly ReviewAnswer[] } | null;
}

interface ReviewAnswer {
  readonly fullDatabaseId: string | null;
  readonly state: string;
  readonly submittedAt: string | null;
  readonly url: string;
  readonly body: string;
  readonly author: Actor | null;
  readonly commit: { readonly oid: string } | null;
}

/** A snapshot from GitHub's answer, but for the checks. */
export function toFacts(answer: PullRequestAnswer): Omit<Snapshot, "checks" | "checksRefused"> {
  const open = answer.state === "OPEN";
  return {
    pullRequest: {
      number: answer.number,
      nodeId: answer.id,
      url: answer.url,
      state: open ? "open" : "closed",
      merged: answer.mergedAt !== null,
      draft: answer.isDraft,
      title: answer.title,
      body: answer.body,
      headSha: answer.headRefOid,
      baseRef: answer.baseRefName,
      labels: answer.labels?.nodes.map(({ name }) => name) ?? [],
    },
    updatedAt: new Date(answer.updatedAt),
    mergedAt: timeOf(answer.mergedAt),
    closedAt: timeOf(answer.closedAt),
    mergedBy: loginOf(answer.mergedBy),
    headRef: answer.headRefName,
    headExists: answer.headRef !== null,
    // `baseRefOid` is where the base stood when GitHub last looked from the head.
    baseSha: answer.baseRef?.target?.oid ?? answer.baseRefOid,
    mergeable: open ? MERGEABLE[answer.mergeable] : "unknown",
    reviewDecision: answer.reviewDecision === null ? null : DECISIONS[answer.reviewDecision],
    reviews: answer.latestOpinionatedReviews?.nodes.flatMap(toReviewFact) ?? [],
  };
}

const MERGEABLE = { MERGEABLE: "mergeable", CONFLICTING: "conflicting", UNKNOWN: "unknown" } as const;
const DECISIONS = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  REVIEW_REQUIRED: "review_required",
} as const;
const OPINIONS: Readonly<Record<string, ReviewFact["state"]>> = {
  APPROVED: "approved",
  CHANGES_REQUESTED: "changes_requested",
  DISMISSED: "dismissed",
};

/** None, where it is no opinion or was not submitted yet. */
function toReviewFact(review: ReviewAnswer): ReviewFact[] {
  const state = OPINIONS[review.state];
  if (!state || review.submittedAt === null || review.fullDatabaseId === null) return [];
  return [
    {
      id: Number(review.fullDatabaseId),
      author: loginOf(review.author),
      state,
      submittedAt: new Date(review.submittedAt),
      commitSha: review.commit?.oid ?? null,
      url: review.url,
      body: clip(withoutSecrets(review.body), REVIEW_BODY_CHARACTERS_MAX),
    },
  ];
}

/** REST and webhooks name a bot with its suffix, GraphQL without: one name for both. */
function loginOf(actor: Actor | null): string | null {
  if (!actor) return null;
  return actor.__typename === "Bot" ? `${actor.login}[bot]` : actor.login;
}

function timeOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
