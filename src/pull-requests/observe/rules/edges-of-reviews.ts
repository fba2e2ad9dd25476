import type { Edge, Happening } from "../../hand-back/rules/edge.ts";
import { type Seen, type SeenReview, type SeenReviews, shortSha } from "../../record/rules/seen.ts";

/** One for each opinion that counts; those that were told are among them. */
export function edgesOfReviews(
  { verdict, approvals, changesRequested }: SeenReviews,
  { headSha }: Pick<Seen, "headSha">,
): Edge[] {
  return [
    ...changesRequested.map((review) => ({
      type: "changes_requested" as const,
      key: `changes_requested ${review.id}`,
      because: `${nameOf(review)} requested changes`,
      review,
    })),
    ...approvals.map((review) => ({
      type: "approved" as const,
      key: `approved ${review.id}`,
      because: `${nameOf(review)} approved ${what(review, headSha)}`,
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
      because: `The review by ${nameOf(review)} no longer counts`,
    }));
}

/** Whoever acts on an approval has to know that it was given to another head than there is by now. */
function what({ commitSha }: SeenReview, headSha: string): string {
  if (commitSha === headSha) return "it";
  return commitSha === null
    ? "a commit that is no longer its head"
    : `${shortSha(commitSha)}, which is no longer its head`;
}

function nameOf({ author }: SeenReview): string {
  return author ?? "A deleted account";
}
