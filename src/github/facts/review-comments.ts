import { clip } from "../../text/clip.ts";
import { withoutSecrets } from "../../text/secrets.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** What a reviewer says about a place in the code. */
export interface ReviewComment {
  readonly id: number;
  readonly path: string;
  /** In the file as the reviewer saw it; `null` where it is about the file as a whole. */
  readonly line: number | null;
  /** Whether `line` counts in the file as it was (`left`) or as it becomes (`right`). */
  readonly side: "left" | "right";
  /** The piece of the diff that it stands under, its last lines where it is long: the last is the one that is meant. */
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
 * What a review says line by line, in the order in which it was written: fifty at most, looked for among the newest
 * three hundred of the pull request. The list of one review's comments alone has no lines.
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
    // `line` is where it stands by now, and nothing once the place is gone.
    line: answer.original_line ?? answer.line ?? null,
    side: answer.side === "LEFT" ? "left" : "right",
    diffHunk: withoutSecrets(answer.diff_hunk).slice(-HUNK_CHARACTERS_MAX).toWellFormed(),
    body: clip(withoutSecrets(answer.body), BODY_CHARACTERS_MAX),
    url: answer.html_url,
  };
}
