import { labelsOn } from "../acts/labels.ts";
import type { Issue, IssueComment, PullRequest, Reaction, Repository } from "../state.ts";
import { isPullRequest, type World } from "../world.ts";
import { accountJson, associationOf } from "./account.ts";
import { appJson } from "./app.ts";
import { labelJson } from "./label.ts";
import { isoTime, isoTimeOrNull, type Schema } from "./schema.ts";
import { repositoryApi, repositoryPage } from "./urls.ts";

/** An issue, or a pull request as an issue. */
export function issueJson(world: World, repository: Repository, issue: PullRequest | Issue): Schema<"issue"> {
  const api = repositoryApi(world, repository);
  const url = `${api}/issues/${issue.number}`;
  const assignees = issue.assignees.map((account) => accountJson(world, account));
  const seenAsPull = isPullRequest(issue) ? pullRequestLinks(world, repository, issue) : {};
  return {
    id: issue.id,
    node_id: issue.nodeId,
    url,
    repository_url: api,
    labels_url: `${url}/labels{/name}`,
    comments_url: `${url}/comments`,
    events_url: `${url}/events`,
    html_url: `${repositoryPage(world, repository)}/issues/${issue.number}`,
    number: issue.number,
    state: issue.state,
    state_reason: null,
    title: issue.title,
    body: issue.body,
    user: accountJson(world, issue.author),
    labels: labelsOn(repository, issue).map((label) => labelJson(world, repository, label)),
    assignee: assignees[0] ?? null,
    assignees,
    milestone: null,
    locked: false,
    active_lock_reason: null,
    comments: issue.comments.length,
    closed_at: isoTimeOrNull(issue.closedAt),
    created_at: isoTime(issue.createdAt),
    updated_at: isoTime(issue.updatedAt),
    closed_by: null,
    author_association: associationOf(repository, issue),
    performed_via_github_app: null,
    ...seenAsPull,
  };
}

function pullRequestLinks(world: World, repository: Repository, pullRequest: PullRequest) {
  const page = `${repositoryPage(world, repository)}/pull/${pullRequest.number}`;
  const openedBy =
    pullRequest.openedByAppId === null ? null : world.state.apps.get(pullRequest.openedByAppId);
  return {
    html_url: page,
    draft: pullRequest.draft,
    pull_request: {
      url: `${repositoryApi(world, repository)}/pulls/${pullRequest.number}`,
      html_url: page,
      diff_url: `${page}.diff`,
      patch_url: `${page}.patch`,
      merged_at: isoTimeOrNull(pullRequest.mergedAt),
    },
    performed_via_github_app: openedBy ? appJson(world, openedBy) : null,
  };
}

export function commentJson(
  world: World,
  repository: Repository,
  issue: PullRequest | Issue,
  comment: IssueComment,
): Schema<"issue-comment"> {
  const api = repositoryApi(world, repository);
  const kind = isPullRequest(issue) ? "pull" : "issues";
  const app = comment.viaAppId === null ? null : world.state.apps.get(comment.viaAppId);
  return {
    id: comment.id,
    node_id: comment.nodeId,
    url: `${api}/issues/comments/${comment.id}`,
    html_url: `${repositoryPage(world, repository)}/${kind}/${issue.number}#issuecomment-${comment.id}`,
    issue_url: `${api}/issues/${issue.number}`,
    body: comment.body,
    user: accountJson(world, comment.author),
    created_at: isoTime(comment.createdAt),
    updated_at: isoTime(comment.updatedAt),
    author_association: associationOf(repository, comment),
    performed_via_github_app: app ? appJson(world, app) : null,
    reactions: reactionsJson(`${api}/issues/comments/${comment.id}/reactions`, comment.reactions),
  };
}

export function reactionJson(world: World, reaction: Reaction): Schema<"reaction"> {
  return {
    id: reaction.id,
    node_id: reaction.nodeId,
    user: accountJson(world, reaction.by),
    content: reaction.content as Schema<"reaction">["content"],
    created_at: isoTime(reaction.createdAt),
  };
}

/** Totals of reactions, with the address that lists them. */
export function reactionsJson(url: string, reactions: readonly Reaction[]): Schema<"reaction-rollup"> {
  const count = (content: string): number => reactions.filter((each) => each.content === content).length;
  return {
    url,
    total_count: reactions.length,
    "+1": count("+1"),
    "-1": count("-1"),
    laugh: count("laugh"),
    confused: count("confused"),
    heart: count("heart"),
    hooray: count("hooray"),
    eyes: count("eyes"),
    rocket: count("rocket"),
  };
}
