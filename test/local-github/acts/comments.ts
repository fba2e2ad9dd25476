// Comments on issues and pull requests, and reactions to them.

import { notFound, validationFailed } from "../github-error.ts";
import type { Issue, IssueComment, PullRequest, Reaction, Repository } from "../state.ts";
import { issueOf, type Actor, type World } from "../world.ts";
import { checkBody } from "./texts.ts";

export const REACTIONS = ["+1", "-1", "laugh", "confused", "heart", "hooray", "rocket", "eyes"] as const;

export async function addComment(
  world: World,
  { account: sender, app }: Actor,
  repository: Repository,
  issue: PullRequest | Issue,
  body: string,
): Promise<IssueComment> {
  if (body.trim() === "")
    throw validationFailed({ resource: "IssueComment", code: "missing_field", field: "body" });
  checkBody("IssueComment", body);
  const now = world.now();
  const comment: IssueComment = {
    ...world.newIdentity("IC"),
    author: sender,
    viaAppId: app?.id ?? null,
    createdAt: now,
    updatedAt: now,
    body,
    reactions: [],
  };
  issue.comments.push(comment);
  issue.updatedAt = now;
  await world.raise({
    type: "issue_comment",
    action: "created",
    repository,
    issue,
    comment,
    bodyBefore: null,
    sender,
  });
  return comment;
}

export async function editComment(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  { comment, issue }: CommentInPlace,
  body: string,
): Promise<void> {
  checkBody("IssueComment", body);
  const bodyBefore = comment.body;
  comment.body = body;
  comment.updatedAt = world.now();
  await world.raise({
    type: "issue_comment",
    action: "edited",
    repository,
    issue,
    comment,
    bodyBefore,
    sender,
  });
}

export async function deleteComment(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  { comment, issue }: CommentInPlace,
): Promise<void> {
  issue.comments = issue.comments.filter((each) => each !== comment);
  const about = { type: "issue_comment", action: "deleted", bodyBefore: null } as const;
  await world.raise({ ...about, repository, issue, comment, sender });
}

/** Reacts once per person and content; `created` is false if the reaction already existed. */
export function react(
  world: World,
  { account: by }: Actor,
  comment: IssueComment,
  content: (typeof REACTIONS)[number],
): { readonly reaction: Reaction; readonly created: boolean } {
  const known = comment.reactions.find((each) => each.by === by && each.content === content);
  if (known) return { reaction: known, created: false };
  const reaction = { ...world.newIdentity("REA"), by, createdAt: world.now(), content };
  comment.reactions.push(reaction);
  return { reaction, created: true };
}

export interface CommentInPlace {
  readonly comment: IssueComment;
  readonly issue: PullRequest | Issue;
}

/** A comment by its id and its place, or GitHub's 404. */
export function commentOf(repository: Repository, id: number): CommentInPlace {
  for (const number of [...repository.issues.keys(), ...repository.pullRequests.keys()]) {
    const issue = issueOf(repository, number);
    const comment = issue.comments.find((each) => each.id === id);
    if (comment) return { comment, issue };
  }
  throw notFound();
}
