import type { SafeMarkdown } from "../../text/safe.ts";
import { graphqlDocument } from "../wire/graphql-document.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** Those of GitHub's reactions that the bot uses. */
export type ReactionContent = "eyes" | "rocket" | "confused" | "+1";

const COMMENTS_SEARCHED_MAX = 100;

/**
 * Reacts to a comment in a pull request's conversation; once more changes nothing.
 * https://docs.github.com/en/rest/reactions/reactions#create-reaction-for-an-issue-comment
 *
 * @throws OrbError `not_found` where the comment was deleted
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
 * Says something in the conversation. Whoever may have said it already asks `findComment` first.
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

// By GraphQL, since REST lists comments from the oldest on and can't be asked for the newest alone.
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
        readonly nodes: readonly {
          readonly fullDatabaseId: string | null;
          readonly body: string;
          readonly viewerDidAuthor: boolean;
        }[];
      };
    };
  };
}

/**
 * The App's own comment that holds `marker`, among the newest hundred of the conversation; `null` where none does.
 * What others copied of it does not count.
 *
 * @returns the id of the newest such
 * @throws OrbError `not_found` where there is no such pull request
 */
export async function findComment(
  access: RepositoryAccess,
  number: number,
  marker: string,
): Promise<number | null> {
  const { owner, name } = access;
  const { repository } = await access.ask((octokit) =>
    octokit.graphql<Answer>(NEWEST, { owner, name, number }),
  );
  const found = repository.pullRequest.comments.nodes.findLast(
    ({ viewerDidAuthor, body }) => viewerDidAuthor && body.includes(marker),
  );
  return found?.fullDatabaseId ? Number(found.fullDatabaseId) : null;
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
