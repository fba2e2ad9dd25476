import type { RepositoryAccess } from "./repository-access.ts";

/** What a reviewer says about a place in the code. */
export interface ReviewComment {
  readonly id: number;
  readonly path: string;
  /** In the file; `null` where it is about the file as a whole, or its place is gone. */
  readonly line: number | null;
  /** Whether `line` counts in the file as it was (`left`) or as it becomes (`right`). */
  readonly side: "left" | "right";
  /** The piece of the diff that it stands under. */
  readonly diffHunk: string;
  readonly body: string;
  readonly url: string;
}

export interface ReviewComments {
  readonly comments: readonly ReviewComment[];
  /** Whether there may be more than these. */
  readonly truncated: boolean;
}

export async function readReviewComments(
  access: RepositoryAccess,
  number: number,
  reviewId: number,
): Promise<ReviewComments> {
  throw new Error(`not asked yet: ${access.key(`${number}/${reviewId}`)}`);
}
