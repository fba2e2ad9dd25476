import type { Refusal } from "../../errors.ts";
import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets/without-secrets.ts";
import type { Connection } from "../wire/connection.ts";
import type { Checks } from "./checks.ts";
import type { RemotePullRequest } from "./pull-request.ts";
import type { RepositoryIdentity } from "./repository-facts.ts";

/** The whole state of a pull request at one moment. */
export interface Snapshot {
  /** The repository that GitHub found it in; `null` if GitHub refuses to say. */
  readonly repository: RepositoryIdentity | null;
  readonly pullRequest: RemotePullRequest;
  readonly updatedAt: Date;
  readonly mergedAt: Date | null;
  /** Set for merged pull requests too. */
  readonly closedAt: Date | null;
  /** The login in REST's form: a bot's ends with `[bot]`. `null` also if the account was deleted. */
  readonly mergedBy: string | null;
  readonly headRef: string;
  /** `false` if the branch was deleted: `pullRequest.headSha` is then its last commit. */
  readonly headExists: boolean;
  /** The last commit of the base branch now. */
  readonly baseSha: string;
  /** `unknown` after the pull request is closed, and while GitHub computes it; reading it starts the computation. */
  readonly mergeable: "mergeable" | "conflicting" | "unknown";
  /** Of the head commit, without the App's own. */
  readonly checks: Omit<Checks, "refused">;
  /** Why `checks` lacks some or all: GitHub refused to show them. `null` if it has all. */
  readonly checksRefused: Refusal | null;
  /** Why `reviews` may lack some, or `reviewDecision` is unknown. */
  readonly reviewsRefused?: Refusal;
  /** Why the labels of `pullRequest` may lack some. */
  readonly labelsRefused?: Refusal;
  /** `null` if the base requires no reviews; `unknown` if GitHub refuses to show it. */
  readonly reviewDecision: "approved" | "changes_requested" | "review_required" | "unknown" | null;
  /**
   * The latest opinion of each author; a comment alone is not an opinion. Only authors with write access count: in a public
   * repository anybody may review, and their requests would be handed to agents.
   */
  readonly reviews: readonly ReviewFact[];
}

/** One person's review of the pull request. */
export interface ReviewFact {
  readonly id: number;
  /** The login in REST's form: a bot's ends with `[bot]`. `null` if the account was deleted. */
  readonly author: string | null;
  readonly state: "approved" | "changes_requested" | "dismissed";
  readonly submittedAt: Date;
  /** The head commit that was reviewed; `null` if a force-push removed it. */
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

/** GraphQL's `PullRequest` with the fields that a snapshot selects; times in ISO 8601. */
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
  readonly reviewDecision?: "APPROVED" | "CHANGES_REQUESTED" | "REVIEW_REQUIRED" | null;
  readonly labels: { readonly nodes: readonly { readonly name: string }[] | null } | null;
  readonly latestOpinionatedReviews?: Connection<ReviewAnswer> | null;
}

export interface ReviewAnswer {
  readonly fullDatabaseId?: string | null;
  /** On an older server, instead. */
  readonly databaseId?: number | null;
  readonly state: string;
  readonly submittedAt: string | null;
  readonly url: string;
  readonly body: string;
  readonly author: Actor | null;
  readonly commit: { readonly oid: string } | null;
}

/** Makes a snapshot from GitHub's answer, without the checks. */
export function toFacts(
  answer: PullRequestAnswer,
  reviews: readonly ReviewAnswer[],
): Omit<Snapshot, "repository" | "checks" | "checksRefused" | "reviewsRefused" | "labelsRefused"> {
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
      labels: answer.labels?.nodes?.map(({ name }) => name) ?? [],
    },
    updatedAt: new Date(answer.updatedAt),
    mergedAt: timeOf(answer.mergedAt),
    closedAt: timeOf(answer.closedAt),
    mergedBy: loginOf(answer.mergedBy),
    headRef: answer.headRefName,
    headExists: answer.headRef !== null,
    // `baseRefOid` may be old: it is the base's commit when GitHub last updated the pull request.
    baseSha: answer.baseRef?.target?.oid ?? answer.baseRefOid,
    mergeable: open ? MERGEABLE[answer.mergeable] : "unknown",
    reviewDecision: answer.reviewDecision ? DECISIONS[answer.reviewDecision] : null,
    reviews: reviews.flatMap(toReviewFact),
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

/** An empty list if the review is not an opinion or is not submitted yet. */
function toReviewFact(review: ReviewAnswer): ReviewFact[] {
  const state = OPINIONS[review.state];
  const id = review.fullDatabaseId ?? review.databaseId ?? null;
  if (!state || review.submittedAt === null || id === null) return [];
  return [
    {
      id: Number(id),
      author: loginOf(review.author),
      state,
      submittedAt: new Date(review.submittedAt),
      commitSha: review.commit?.oid ?? null,
      url: review.url,
      body: clip(withoutSecrets(review.body), REVIEW_BODY_CHARACTERS_MAX),
    },
  ];
}

/** REST and webhooks name a bot with the suffix, GraphQL without it: we always add it. */
function loginOf(actor: Actor | null): string | null {
  if (!actor) return null;
  return actor.__typename === "Bot" ? `${actor.login}[bot]` : actor.login;
}

function timeOf(iso: string | null): Date | null {
  return iso === null ? null : new Date(iso);
}
