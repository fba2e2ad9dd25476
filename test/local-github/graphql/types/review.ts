import { associationOf } from "../../json/account.ts";
import { isoTime } from "../../json/schema.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { PullRequest, Repository, Review, ReviewComment } from "../../state.ts";
import type { Account } from "../../account.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { actorFields, teamFields } from "./actor.ts";

export function reviewFields(
  context: Context,
  repository: Repository,
  pullRequest: PullRequest,
  review: Review,
): Fields {
  const page = `${repositoryPage(context.world, repository)}/pull/${pullRequest.number}`;
  return {
    __typename: "PullRequestReview",
    id: review.nodeId,
    databaseId: review.id,
    fullDatabaseId: String(review.id),
    state: review.state,
    body: review.body,
    author: actorFields(context, review.author),
    authorAssociation: associationOf(repository, review),
    submittedAt: isoTime(review.submittedAt),
    createdAt: isoTime(review.submittedAt),
    updatedAt: isoTime(review.submittedAt),
    url: `${page}#pullrequestreview-${review.id}`,
    commit: { __typename: "Commit", oid: review.commitId },
    pullRequest: () => context.show.pullRequest(context, repository, pullRequest),
    comments: (page: PageArguments) =>
      connection("comments", review.comments, page, (comment) =>
        lineCommentFields(context, repository, pullRequest, { review, comment }),
      ),
  };
}

function lineCommentFields(
  context: Context,
  repository: Repository,
  pullRequest: PullRequest,
  { review, comment }: { review: Review; comment: ReviewComment },
): Fields {
  const page = `${repositoryPage(context.world, repository)}/pull/${pullRequest.number}`;
  return {
    __typename: "PullRequestReviewComment",
    id: comment.nodeId,
    databaseId: comment.id,
    fullDatabaseId: String(comment.id),
    path: comment.path,
    line: comment.line,
    originalLine: comment.line,
    diffHunk: comment.diffHunk,
    body: comment.body,
    author: actorFields(context, review.author),
    createdAt: isoTime(comment.createdAt),
    outdated: review.commitId !== pullRequest.headSha,
    url: `${page}#discussion_r${comment.id}`,
  };
}

/** People and teams that were requested and have not answered. */
export function reviewRequestsConnection(context: Context, repository: Repository, pullRequest: PullRequest) {
  const { requestedReviewers, requestedTeams } = pullRequest;
  const teams = requestedTeams.flatMap((slug) => {
    const team = context.world.state.teams.get(`${repository.owner.login}/${slug}`.toLowerCase());
    return team ? [teamFields(context, team)] : [];
  });
  const asked = [...requestedReviewers.map((account: Account) => actorFields(context, account)), ...teams];
  return (page: PageArguments) =>
    connection("reviewRequests", asked, page, (requestedReviewer) => ({
      __typename: "ReviewRequest",
      asCodeOwner: false,
      requestedReviewer,
    }));
}
