// Reviews of pull requests, and what happens to them when the code changes.

import { GitHubError, validationFailed } from "../github-error.ts";
import type { PullRequest, Repository, Review, ReviewComment } from "../state.ts";
import type { Actor, World } from "../world.ts";
import { roleOf } from "./repositories.ts";

export interface NewReview {
  readonly event: "APPROVE" | "REQUEST_CHANGES" | "COMMENT";
  readonly body?: string;
  readonly comments?: readonly {
    readonly path: string;
    readonly line: number;
    readonly side?: "LEFT" | "RIGHT";
    readonly body: string;
    readonly diffHunk?: string;
  }[];
}

const STATE_AFTER = {
  APPROVE: "APPROVED",
  REQUEST_CHANGES: "CHANGES_REQUESTED",
  COMMENT: "COMMENTED",
} as const;

/** Submits a review of the current head; its author is then no longer a requested reviewer. */
export async function submitReview(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  { event, body = "", comments = [] }: NewReview,
): Promise<Review> {
  if (sender === pullRequest.author && event !== "COMMENT") {
    const own =
      event === "APPROVE"
        ? "Can not approve your own pull request"
        : "Can not request changes on your own pull request";
    throw validationFailed(own);
  }
  if (event === "REQUEST_CHANGES" && body.trim() === "" && comments.length === 0) {
    throw new GitHubError(422, "Unprocessable Entity", { errors: ["Body can't be blank"] });
  }
  const review: Review = {
    ...world.newIdentity("PRR"),
    author: sender,
    commitId: pullRequest.headSha,
    submittedAt: world.now(),
    state: STATE_AFTER[event],
    body,
    comments: comments.map(({ path, line, side = "RIGHT", body: text, diffHunk = "" }): ReviewComment => {
      const { id, nodeId } = world.newIdentity("PRRC");
      return { id, nodeId, path, line, side, diffHunk, createdAt: world.now(), body: text };
    }),
  };
  pullRequest.reviews.push(review);
  pullRequest.requestedReviewers = pullRequest.requestedReviewers.filter((each) => each !== sender);
  pullRequest.updatedAt = world.now();
  const about = { repository, pullRequest, review, sender } as const;
  await world.raise({ ...about, type: "pull_request_review", action: "submitted" });
  for (const comment of review.comments) {
    await world.raise({ ...about, type: "pull_request_review_comment", action: "created", comment });
  }
  return review;
}

/** A person with write access dismisses a review that approves or requests changes. */
export async function dismissReview(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  review: Review,
): Promise<void> {
  if (review.state !== "APPROVED" && review.state !== "CHANGES_REQUESTED") {
    throw validationFailed("Can not dismiss a commented pull request review");
  }
  review.state = "DISMISSED";
  pullRequest.updatedAt = world.now();
  const about = { type: "pull_request_review", action: "dismissed" } as const;
  await world.raise({ ...about, repository, pullRequest, review, sender });
}

/** After a push, approvals of older code no longer count if the base's protection says so. */
export async function dismissStaleReviews(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  if (!repository.protections.get(pullRequest.baseRef)?.requiredReviews?.dismissStale) return;
  for (const review of pullRequest.reviews) {
    if (review.state !== "APPROVED" || review.commitId === pullRequest.headSha) continue;
    await dismissReview(world, actor, repository, pullRequest, review);
  }
}

/** The latest review of each reviewer that approves or requests changes; comments alone do not count. */
export function standingReviews(pullRequest: PullRequest): Review[] {
  const byAuthor = new Map<number, Review>();
  for (const review of pullRequest.reviews) {
    if (review.state !== "COMMENTED") byAuthor.set(review.author.id, review);
  }
  return [...byAuthor.values()].filter((review) => review.state !== "DISMISSED");
}

/** Of these, the ones that count: reviewers without write access decide nothing. */
export function writersReviews(repository: Repository, pullRequest: PullRequest): Review[] {
  return standingReviews(pullRequest).filter(({ author }) => {
    const role = roleOf(repository, author);
    return role === "write" || role === "maintain" || role === "admin";
  });
}
