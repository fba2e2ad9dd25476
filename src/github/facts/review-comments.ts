import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets/without-secrets.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** A reviewer's comment on a place in the code. */
export interface ReviewComment {
  readonly id: number;
  readonly path: string;
  /** In the file as the reviewer saw it; `null` if it is about the whole file. */
  readonly line: number | null;
  /** Whether `line` counts in the file before the change (`left`) or after it (`right`). */
  readonly side: "left" | "right";
  /** The diff hunk above the comment. A long one is cut to its last lines: the comment is about the last. */
  readonly diffHunk: string;
  readonly body: string;
  readonly url: string;
}

export interface ReviewComments {
  readonly comments: readonly ReviewComment[];
  /** Whether there may be more than these. */
  readonly truncated: boolean;
}

const COMMENTS_MAX = 50;
const PATH_CHARACTERS_MAX = 1_000;
const HUNK_CHARACTERS_MAX = 2_000;
const BODY_CHARACTERS_MAX = 4_000;
const PAGE_ITEMS = 100;
const PAGES_MAX = 3;

interface Answer {
  readonly id: number | bigint;
  readonly path: string;
  readonly line?: number | undefined;
  readonly original_line?: number | undefined;
  readonly side?: string | undefined;
  readonly diff_hunk: string;
  readonly body: string;
  readonly html_url: string;
}

/**
 * Reads a review's comments on lines, oldest first: at most fifty, from the newest three hundred comments of the pull
 * request. GitHub's list of one review's comments has no line numbers.
 * https://docs.github.com/en/rest/pulls/comments#list-review-comments-on-a-pull-request
 */
export async function readReviewComments(
  access: RepositoryAccess,
  number: number,
  reviewId: number,
): Promise<ReviewComments> {
  return access.ask(async (octokit) => {
    const found: ReviewComment[] = [];
    let complete = false;
    for (let page = 1; page <= PAGES_MAX && !complete && found.length <= COMMENTS_MAX; page++) {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/pulls/{pull_number}/comments", {
        ...access.route,
        pull_number: number,
        sort: "created",
        direction: "desc",
        per_page: PAGE_ITEMS,
        page,
      });
      const ofReview = data.filter(({ pull_request_review_id: id }) => Number(id) === reviewId);
      found.push(...ofReview.map(toReviewComment));
      complete = data.length < PAGE_ITEMS;
    }
    const comments = found.toReversed().slice(0, COMMENTS_MAX);
    return { comments, truncated: !complete || found.length > COMMENTS_MAX };
  });
}

function toReviewComment(answer: Answer): ReviewComment {
  return {
    id: Number(answer.id),
    path: clip(answer.path, PATH_CHARACTERS_MAX),
    // `line` is the current position, and missing once that place is gone.
    line: answer.original_line ?? answer.line ?? null,
    side: answer.side === "LEFT" ? "left" : "right",
    diffHunk: withoutSecrets(answer.diff_hunk).slice(-HUNK_CHARACTERS_MAX).toWellFormed(),
    body: clip(withoutSecrets(answer.body), BODY_CHARACTERS_MAX),
    url: answer.html_url,
  };
}
