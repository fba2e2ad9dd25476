import type { ReviewFact, Snapshot } from "../../../github/facts/snapshot.ts";
import {
  REVIEWS_MAX,
  type ReviewVerdict,
  type SeenReview,
  type SeenReviews,
} from "../../record/rules/seen.ts";

/** The opinions that count now, and their verdict: by the base's rules, or without rules by the opinions. */
export function seeReviews({
  reviewDecision,
  reviews,
}: Pick<Snapshot, "reviewDecision" | "reviews">): SeenReviews {
  const approvals = latest(reviews, "approved");
  const changesRequested = latest(reviews, "changes_requested");
  return { verdict: verdictOf(reviewDecision, { approvals, changesRequested }), approvals, changesRequested };
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
