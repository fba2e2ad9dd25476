import type { SafeMarkdown } from "../../text/safe.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import { askGraphql } from "../wire/partial-answer.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** The GitHub reactions that the bot uses. */
export type ReactionContent = "eyes" | "rocket" | "confused" | "+1";

const COMMENTS_SEARCHED_MAX = 100;

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
  `($owner: String!, $name: String!, $number: Int!) {
  repository(owner: $owner, name: $name) {
    pullRequest(number: $number) {
      comments(last: ${COMMENTS_SEARCHED_MAX}) { nodes { fullDatabaseId body viewerDidAuthor } }
    }
  }
}`,
);

interface Answer {
  readonly repository: {
    readonly pullRequest: {
      readonly comments: {
        readonly nodes:
          | readonly {
              readonly fullDatabaseId?: string | null;
              /** On an older server, instead. */
              readonly databaseId?: number | null;
              readonly body: string;
              readonly viewerDidAuthor: boolean;
            }[]
          | null;
      };
    } | null;
  } | null;
}

/**
 * The App's own comment that contains `marker`, among the newest hundred of the conversation; `null` if none does.
 * Copies by others do not count.
 *
 * @returns the id of the newest match
 * @throws OrbError `not_found` if the pull request does not exist; GitHub's refusal if none matches of those that it showed
 */
export async function findComment(
  access: RepositoryAccess,
  number: number,
  marker: string,
): Promise<number | null> {
  const { owner, name } = access;
  const { data, refusals } = await askGraphql<Answer>(access, NEWEST, { owner, name, number });
  const found = data.repository?.pullRequest?.comments.nodes?.findLast(
    ({ viewerDidAuthor, body }) => viewerDidAuthor && body.includes(marker),
  );
  if (!found) for (const { refusal } of refusals) throw refusal;
  const id = found?.fullDatabaseId ?? found?.databaseId;
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
