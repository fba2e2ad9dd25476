import type { Edge, Happening } from "./edge.ts";
import type { Seen, SeenReview, SeenReviews } from "./seen.ts";

/** One for each opinion that counts; those that were told are among them. */
export function edgesOfReviews({ verdict, approvals, changesRequested }: SeenReviews): Edge[] {
  return [
    ...changesRequested.map((review) => ({
      type: "changes_requested" as const,
      key: `changes_requested ${review.id}`,
      because: `${nameOf(review)} asked for changes`,
      review,
    })),
    ...approvals.map((review) => ({
      type: "approved" as const,
      key: `approved ${review.id}`,
      because: `${nameOf(review)} approved it`,
      review,
      verdict,
    })),
  ];
}

/** Opinions that counted and do not any more, unless their author has another by now. */
export function withdrawnReviews(
  before: Seen | null,
  { approvals, changesRequested }: SeenReviews,
): Happening[] {
  if (!before) return [];
  const authors = new Set([...approvals, ...changesRequested].map(({ author }) => author));
  return [...before.review.approvals, ...before.review.changesRequested]
    .filter(({ author }) => !authors.has(author))
    .map((review) => ({
      what: "review_withdrawn",
      because: `What ${nameOf(review)} thought of it does not count any more`,
    }));
}

function nameOf({ author }: SeenReview): string {
  return author ?? "Somebody whose account is gone";
}
