import type { Edge, Happening } from "../../hand-back/rules/edge.ts";
import type { Seen, SeenReview, SeenReviews } from "../../record/rules/seen.ts";
import { shortSha } from "../../../text/short-sha.ts";

/** One edge for each opinion that counts. Reported ones are included. */
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

/** Opinions that no longer count, unless their author has another one now. */
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

/** The reader of an approval must know if it was given to an earlier head. */
function what({ commitSha }: SeenReview, headSha: string): string {
  if (commitSha === headSha) return "it";
  return commitSha === null
    ? "a commit that is no longer its head"
    : `${shortSha(commitSha)}, which is no longer its head`;
}

function nameOf({ author }: SeenReview): string {
  return author ?? "A deleted account";
}
