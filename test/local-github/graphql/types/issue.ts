import { associationOf } from "../../json/account.ts";
import { isoTime, isoTimeOrNull } from "../../json/schema.ts";
import { repositoryPage } from "../../json/urls.ts";
import { renderComment } from "../../pages/markdown.ts";
import type { Issue, PullRequest, Repository } from "../../state.ts";
import { isPullRequest } from "../../world.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { actorFields } from "./actor.ts";
import { commentFields } from "./comment.ts";
import { labelsConnection } from "./label.ts";

export function issueFields(context: Context, repository: Repository, issue: Issue): Fields {
  return {
    ...discussedFields(context, repository, issue),
    __typename: "Issue",
    state: issue.state.toUpperCase(),
    stateReason: null,
  };
}

/** What issues and pull requests have in common. */
export function discussedFields(
  context: Context,
  repository: Repository,
  issue: Issue | PullRequest,
): Fields {
  const { id, nodeId, number, title, author, body, assignees, comments } = issue;
  const path = `/${isPullRequest(issue) ? "pull" : "issues"}/${number}`;
  return {
    __typename: "",
    id: nodeId,
    databaseId: id,
    fullDatabaseId: String(id),
    number,
    title,
    body: body ?? "",
    bodyHTML: () => renderComment(context.world, body ?? "", repository),
    author: actorFields(context, author),
    authorAssociation: associationOf(repository, issue),
    createdAt: isoTime(issue.createdAt),
    updatedAt: isoTime(issue.updatedAt),
    closed: issue.state === "closed",
    closedAt: isoTimeOrNull(issue.closedAt),
    locked: false,
    url: `${repositoryPage(context.world, repository)}${path}`,
    labels: labelsConnection(context, repository, issue),
    assignees: (page: PageArguments) =>
      connection("assignees", assignees, page, (account) => actorFields(context, account)),
    comments: (page: PageArguments) =>
      connection("comments", comments, page, (comment) => commentFields(context, repository, issue, comment)),
    repository: () => context.show.repository(context, repository),
  };
}
