import { isoTime } from "../../json/schema.ts";
import { associationOf } from "../../json/account.ts";
import { repositoryPage } from "../../json/urls.ts";
import { renderComment } from "../../pages/markdown.ts";
import type { Issue, IssueComment, PullRequest, Reaction, Repository } from "../../state.ts";
import { isPullRequest } from "../../world.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { actorFields } from "./actor.ts";

const CONTENTS: Readonly<Record<string, string>> = {
  "+1": "THUMBS_UP",
  "-1": "THUMBS_DOWN",
  laugh: "LAUGH",
  confused: "CONFUSED",
  heart: "HEART",
  hooray: "HOORAY",
  rocket: "ROCKET",
  eyes: "EYES",
};

/** REST's name for GraphQL's `ReactionContent`. */
export function restContent(content: string): string | undefined {
  return Object.keys(CONTENTS).find((each) => CONTENTS[each] === content);
}

export function commentFields(
  context: Context,
  repository: Repository,
  issue: PullRequest | Issue,
  comment: IssueComment,
): Fields {
  const kind = isPullRequest(issue) ? "pull" : "issues";
  const page = `${repositoryPage(context.world, repository)}/${kind}/${issue.number}`;
  return {
    __typename: "IssueComment",
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    body: comment.body,
    bodyHTML: () => renderComment(context.world, comment.body, repository),
    author: actorFields(context, comment.author),
    authorAssociation: associationOf(repository, comment),
    createdAt: isoTime(comment.createdAt),
    updatedAt: isoTime(comment.updatedAt),
    isMinimized: false,
    minimizedReason: null,
    url: `${page}#issuecomment-${comment.id}`,
    viewerDidAuthor: context.caller.kind === "installation" && context.caller.app.bot === comment.author,
    pullRequest: () => (isPullRequest(issue) ? context.show.pullRequest(context, repository, issue) : null),
    repository: () => context.show.repository(context, repository),
    reactions: (page: PageArguments) =>
      connection("reactions", comment.reactions, page, (reaction) => reactionFields(context, reaction)),
  };
}

export function reactionFields(context: Context, { id, nodeId, content, by, createdAt }: Reaction): Fields {
  return {
    __typename: "Reaction",
    id: nodeId,
    databaseId: id,
    content: CONTENTS[content],
    createdAt: isoTime(createdAt),
    user: actorFields(context, by),
  };
}
