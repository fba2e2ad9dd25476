import type { SafeMarkdown } from "../../text/safe.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { type PartialAnswer, askGraphql } from "../wire/partial-answer.ts";
import { PAGE_ITEMS } from "../wire/pages.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** The GitHub reactions that the bot uses. */
export type ReactionContent = "eyes" | "rocket" | "confused" | "+1";

/**
 * Reacts to a comment in a pull request's conversation; repeating it changes nothing.
 * https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment
 *
 * @throws OrbError `not_found` if the comment was deleted
 */
export async function react(
  access: RepositoryAccess,
  commentId: number,
  content: ReactionContent,
): Promise<void> {
  await access.ask((octokit) =>
    octokit.request("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", {
      ...access.route,
      comment_id: commentId,
      content,
    }),
  );
}

/**
 * Adds a comment to the conversation. A caller that may have added it before calls `findComment` first.
 * https://docs.github.com/en/rest/issues/comments#create-an-issue-comment
 *
 * @param body at most 65 536 characters
 * @returns its id
 */
export async function createComment(
  access: RepositoryAccess,
  number: number,
  body: SafeMarkdown,
): Promise<number> {
  return access.ask(async (octokit) => {
    const { data } = await octokit.request("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", {
      ...access.route,
      issue_number: number,
      body,
    });
    return Number(data.id);
  });
}

// By GraphQL, because REST lists the oldest comments first and can't return only the newest.
const NEWEST = graphqlDocument(
  "query NewestComments",
  `($owner: String!, $name: String!, $number: Int!, $before: String) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(last: ${PAGE_ITEMS}, before: $before) {
        pageInfo { hasPreviousPage startCursor }
        nodes { fullDatabaseId body viewerDidAuthor }
      }
    }
  }
}`,
);

interface Comment {
  readonly fullDatabaseId?: string | null;
  /** On an older server, instead. */
  readonly databaseId?: number | null;
  readonly body: string;
  readonly viewerDidAuthor: boolean;
}
interface Page {
  readonly pageInfo: { readonly hasPreviousPage: boolean; readonly startCursor: string | null };
  readonly nodes: readonly Comment[] | null;
}
interface Answer {
  readonly repository: { readonly pullRequest: { readonly comments: Page } | null } | null;
}

/**
 * The App's own comment that contains `marker`; `null` if none does. Copies by others do not count. One request for each
 * hundred comments, the newest first.
 *
 * @param after the id of a comment that is older than the wanted one; without it only the newest hundred are searched
 * @returns the id of the newest match
 * @throws OrbError `not_found` if the pull request does not exist; GitHub's refusal if none matches of those that it showed
 */
export async function findComment(
  access: RepositoryAccess,
  number: number,
  marker: string,
  after = Number.POSITIVE_INFINITY,
): Promise<number | null> {
  const { owner, name } = access;
  let before: string | null = null;
  for (;;) {
    const about: Record<string, unknown> = { owner, name, number, before };
    const { data, refusals }: PartialAnswer<Answer> = await askGraphql<Answer>(access, NEWEST, about);
    const page = data.repository?.pullRequest?.comments;
    const nodes = page?.nodes ?? [];
    const found = nodes.findLast(({ viewerDidAuthor, body }) => viewerDidAuthor && body.includes(marker));
    if (found) return idOf(found);
    for (const { refusal } of refusals) throw refusal;
    const oldest = nodes[0] ? (idOf(nodes[0]) ?? 0) : 0;
    if (!page?.pageInfo.hasPreviousPage || oldest <= after) return null;
    before = page.pageInfo.startCursor;
  }
}

function idOf({ fullDatabaseId, databaseId }: Comment): number | null {
  const id = fullDatabaseId ?? databaseId;
  return id ? Number(id) : null;
}

/** https://docs.github.com/en/rest/issues/comments#update-an-issue-comment */
export async function updateComment(access: RepositoryAccess, id: number, body: SafeMarkdown): Promise<void> {
  await access.ask((octokit) =>
    octokit.request("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", {
      ...access.route,
      comment_id: id,
      body,
    }),
  );
}
