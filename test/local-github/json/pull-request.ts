import { labelsOn } from "../acts/labels.ts";
import { baseShaOf, mergeStateOf, pullRequestFiles } from "../acts/mergeability.ts";
import { divergence } from "../git/compare.ts";
import type { Label, PullRequest, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { accountJson, associationOf, teamJson } from "./account.ts";
import { labelJson } from "./label.ts";
import { repositoryJson } from "./repository.ts";
import { isoTime, isoTimeOrNull, type Schema } from "./schema.ts";
import { repositoryApi, repositoryPage } from "./urls.ts";

/** In the form of lists: without mergeability and totals. */
export async function pullRequestSimpleJson(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<Schema<"pull-request-simple">> {
  const { id, nodeId, number, author, headRef, headSha, baseRef } = pullRequest;
  const assignees = pullRequest.assignees.map((account) => accountJson(world, account));
  return {
    id,
    node_id: nodeId,
    number,
    ...addresses(world, repository, pullRequest),
    state: pullRequest.state,
    locked: false,
    title: pullRequest.title,
    user: accountJson(world, author),
    body: pullRequest.body,
    labels: labelsOn(repository, pullRequest).map((label) => listedLabelJson(world, repository, label)),
    milestone: null,
    active_lock_reason: null,
    created_at: isoTime(pullRequest.createdAt),
    updated_at: isoTime(pullRequest.updatedAt),
    closed_at: isoTimeOrNull(pullRequest.closedAt),
    merged_at: isoTimeOrNull(pullRequest.mergedAt),
    merge_commit_sha: pullRequest.mergeCommitSha,
    assignee: assignees[0] ?? null,
    assignees,
    requested_reviewers: pullRequest.requestedReviewers.map((account) => accountJson(world, account)),
    requested_teams: requestedTeamsJson(world, repository, pullRequest),
    head: endJson(world, repository, headRef, headSha),
    base: endJson(world, repository, baseRef, await baseShaOf(world, repository, pullRequest)),
    author_association: associationOf(repository, pullRequest),
    auto_merge: null,
    draft: pullRequest.draft,
  };
}

/** In the form of `GET …/pulls/{number}`, the writes and webhooks. */
export async function pullRequestJson(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<Schema<"pull-request">> {
  const simple = await pullRequestSimpleJson(world, repository, pullRequest);
  const git = world.git(repository);
  const [files, { aheadBy }, state] = await Promise.all([
    pullRequestFiles(world, repository, pullRequest),
    divergence(git, simple.base.sha, pullRequest.headSha),
    mergeStateOf(world, repository, pullRequest),
  ]);
  const { mergedBy, mergedAt, mergeable, reviews } = pullRequest;
  return {
    ...simple,
    state: pullRequest.state,
    labels: labelsOn(repository, pullRequest).map((label) => labelJson(world, repository, label)),
    head: endJson(world, repository, pullRequest.headRef, simple.head.sha),
    base: endJson(world, repository, pullRequest.baseRef, simple.base.sha),
    user: accountJson(world, pullRequest.author),
    requested_teams: requestedTeamsJson(world, repository, pullRequest),
    merged: mergedAt !== null,
    mergeable: pullRequest.state === "closed" ? null : mergeable,
    rebaseable: pullRequest.state === "closed" ? null : mergeable,
    mergeable_state: state,
    merged_by: mergedBy && accountJson(world, mergedBy),
    comments: pullRequest.comments.length,
    review_comments: reviews.reduce((sum, { comments }) => sum + comments.length, 0),
    maintainer_can_modify: pullRequest.maintainerCanModify,
    commits: aheadBy,
    additions: files.reduce((sum, { additions }) => sum + additions, 0),
    deletions: files.reduce((sum, { deletions }) => sum + deletions, 0),
    changed_files: files.length,
  };
}

function endJson(
  world: World,
  repository: Repository,
  ref: string,
  sha: string,
): Schema<"pull-request">["head"] {
  return {
    label: `${repository.owner.login}:${ref}`,
    ref,
    sha,
    user: accountJson(world, repository.owner),
    repo: repositoryJson(world, repository),
  };
}

/**
 * In lists the description of a label without one is empty, elsewhere it is `null`, according to GitHub's
 * description.
 */
function listedLabelJson(
  world: World,
  repository: Repository,
  label: Label,
): Schema<"pull-request-simple">["labels"][number] {
  return { ...labelJson(world, repository, label), description: label.description ?? "" };
}

export function requestedTeamsJson(
  world: World,
  repository: Repository,
  { requestedTeams }: PullRequest,
): Schema<"team">[] {
  return requestedTeams.flatMap((slug) => {
    const team = world.state.teams.get(`${repository.owner.login}/${slug}`.toLowerCase());
    return team ? [teamJson(world, team)] : [];
  });
}

function addresses(world: World, repository: Repository, { number, headSha }: PullRequest) {
  const api = repositoryApi(world, repository);
  const url = `${api}/pulls/${number}`;
  const issue = `${api}/issues/${number}`;
  const page = `${repositoryPage(world, repository)}/pull/${number}`;
  const links = {
    comments_url: `${issue}/comments`,
    commits_url: `${url}/commits`,
    review_comment_url: `${api}/pulls/comments{/number}`,
    review_comments_url: `${url}/comments`,
    statuses_url: `${api}/statuses/${headSha}`,
  };
  return {
    url,
    html_url: page,
    diff_url: `${page}.diff`,
    patch_url: `${page}.patch`,
    issue_url: issue,
    ...links,
    _links: {
      self: { href: url },
      html: { href: page },
      issue: { href: issue },
      comments: { href: links.comments_url },
      commits: { href: links.commits_url },
      review_comment: { href: links.review_comment_url },
      review_comments: { href: links.review_comments_url },
      statuses: { href: links.statuses_url },
    },
  };
}
