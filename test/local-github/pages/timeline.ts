// Comments and reviews of a pull request in order of time.

import type { PullRequest, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { renderComment } from "./markdown.ts";
import { personView, type PersonView } from "./person-view.ts";

interface TimelineEntry {
  readonly author: PersonView;
  readonly date: Date;
  /** What the author did, after their name. */
  readonly deed: string;
  readonly tone: "plain" | "good" | "bad";
  readonly bodyHtml: string | null;
  readonly reactions: readonly { readonly emoji: string; readonly count: number }[];
  readonly comments: readonly { path: string; line: number; diffHunk: string; bodyHtml: string }[];
}

const DEEDS = {
  APPROVED: { deed: "approved these changes", tone: "good" },
  CHANGES_REQUESTED: { deed: "requested changes", tone: "bad" },
  COMMENTED: { deed: "reviewed", tone: "plain" },
  DISMISSED: { deed: "left a review that was dismissed", tone: "plain" },
} as const;

const EMOJI: Readonly<Record<string, string>> = {
  "+1": "👍",
  "-1": "👎",
  laugh: "😄",
  confused: "😕",
  heart: "❤️",
  hooray: "🎉",
  rocket: "🚀",
  eyes: "👀",
};

export async function timelineOf(
  world: World,
  repository: Repository,
  { comments, reviews }: PullRequest,
): Promise<TimelineEntry[]> {
  const html = (text: string): Promise<string> => renderComment(world, text, repository);
  const said = comments.map(async (comment): Promise<TimelineEntry> => ({
    author: personView(world, comment.author),
    date: comment.createdAt,
    deed: "commented",
    tone: "plain",
    bodyHtml: await html(comment.body),
    reactions: Object.entries(Object.groupBy(comment.reactions, ({ content }) => content)).map(
      ([content, all = []]) => ({ emoji: EMOJI[content] ?? content, count: all.length }),
    ),
    comments: [],
  }));
  const reviewed = reviews.map(async (review): Promise<TimelineEntry> => ({
    author: personView(world, review.author),
    date: review.submittedAt,
    ...DEEDS[review.state],
    bodyHtml: review.body ? await html(review.body) : null,
    reactions: [],
    comments: await Promise.all(
      review.comments.map(async ({ path, line, diffHunk, body }) => ({
        path,
        line,
        diffHunk,
        bodyHtml: await html(body),
      })),
    ),
  }));
  const entries = await Promise.all([...said, ...reviewed]);
  return entries.sort((a, b) => a.date.getTime() - b.date.getTime());
}
