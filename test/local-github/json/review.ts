import type { PullRequest, Repository, Review, ReviewComment } from "../state.ts";
import type { World } from "../world.ts";
import { accountJson, associationOf } from "./account.ts";
import { isoTime, type Schema } from "./schema.ts";
import { repositoryApi, repositoryPage } from "./urls.ts";

export function reviewJson(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
  review: Review,
): Schema<"pull-request-review"> {
  const page = `${repositoryPage(world, repository)}/pull/${pullRequest.number}`;
  const api = `${repositoryApi(world, repository)}/pulls/${pullRequest.number}`;
  const html = `${page}#pullrequestreview-${review.id}`;
  return {
    id: review.id,
    node_id: review.nodeId,
    user: accountJson(world, review.author),
    body: review.body,
    state: review.state,
    html_url: html,
    pull_request_url: api,
    author_association: associationOf(repository, review),
    _links: { html: { href: html }, pull_request: { href: api } },
    submitted_at: isoTime(review.submittedAt),
    commit_id: review.commitId,
  };
}

export function reviewCommentJson(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
  review: Review,
  comment: ReviewComment,
): Schema<"pull-request-review-comment"> {
  const api = repositoryApi(world, repository);
  const pull = `${api}/pulls/${pullRequest.number}`;
  const url = `${api}/pulls/comments/${comment.id}`;
  const html = `${repositoryPage(world, repository)}/pull/${pullRequest.number}#discussion_r${comment.id}`;
  return {
    id: comment.id,
    node_id: comment.nodeId,
    url,
    html_url: html,
    pull_request_url: pull,
    pull_request_review_id: review.id,
    diff_hunk: comment.diffHunk,
    path: comment.path,
    line: comment.line,
    original_line: comment.line,
    side: comment.side,
    start_line: null,
    original_start_line: null,
    start_side: null,
    position: 1,
    original_position: 1,
    subject_type: "line",
    commit_id: review.commitId,
    original_commit_id: review.commitId,
    user: accountJson(world, review.author),
    body: comment.body,
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.createdAt),
    author_association: associationOf(repository, review),
    _links: { self: { href: url }, html: { href: html }, pull_request: { href: pull } },
  };
}
