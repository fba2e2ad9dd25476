import type { ReviewFact, Snapshot } from "../../../github/facts/snapshot.ts";
import {
  REVIEWS_MAX,
  type ReviewVerdict,
  type SeenReview,
  type SeenReviews,
} from "../../record/rules/seen.ts";

/**
 * The opinions that count now, and their verdict: by the base's rules, or without rules by the opinions.
 *
 * @param before the last known ones: those that GitHub refuses to show now still count
 */
export function seeReviews(
  {
    reviewDecision,
    reviews,
    reviewsRefused,
  }: Pick<Snapshot, "reviewDecision" | "reviews" | "reviewsRefused">,
  before: SeenReviews | null,
): SeenReviews {
  const hidden = (known: readonly SeenReview[] = []): SeenReview[] =>
    reviewsRefused ? known.filter((review) => !reviews.some((now) => isReplaced(review, now))) : [];
  const approvals = [...hidden(before?.approvals), ...latest(reviews, "approved")].slice(-REVIEWS_MAX);
  const changesRequested = [
    ...hidden(before?.changesRequested),
    ...latest(reviews, "changes_requested"),
  ].slice(-REVIEWS_MAX);
  return { verdict: verdictOf(reviewDecision, { approvals, changesRequested }), approvals, changesRequested };
}

/** GitHub shows the latest opinion of each author. */
function isReplaced(review: SeenReview, now: ReviewFact): boolean {
  return review.id === now.id || (review.author !== null && review.author === now.author);
}

function verdictOf(
  decision: Snapshot["reviewDecision"],
  { approvals, changesRequested }: Omit<SeenReviews, "verdict">,
): ReviewVerdict {
  switch (decision) {
    case "approved":
    case "changes_requested":
      return decision;
    case "review_required":
      return "required";
    case "unknown":
      return changesRequested.length > 0 ? "changes_requested" : "required";
    case null:
      if (changesRequested.length > 0) return "changes_requested";
      return approvals.length > 0 ? "approved" : "none";
    default:
      return decision satisfies never;
  }
}

function latest(reviews: readonly ReviewFact[], state: ReviewFact["state"]): SeenReview[] {
  return reviews
    .filter((review) => review.state === state)
    .map(({ id, author, url, submittedAt, commitSha }) => ({ id, author, url, submittedAt, commitSha }))
    .sort((one, other) => one.submittedAt.getTime() - other.submittedAt.getTime() || one.id - other.id)
    .slice(-REVIEWS_MAX);
}
