// Payloads about issues and the comments on them; a pull request is also an issue.

import { commentJson, issueJson, reactionsJson } from "../../json/issue.ts";
import type { Issue, PullRequest, Repository } from "../../state.ts";
import type { World } from "../../world.ts";
import type { IssueCommentEvent, IssueEvent } from "../../world-event.ts";
import type { Payload } from "./part.ts";

export function issuePart(world: World, { repository, issue }: IssueEvent): Payload {
  return { issue: issueWithReactions(world, repository, issue) };
}

export function issueCommentPart(
  world: World,
  { repository, issue, comment, bodyBefore }: IssueCommentEvent,
): Payload {
  return {
    issue: issueWithReactions(world, repository, issue),
    comment: commentJson(world, repository, issue, comment),
    ...(bodyBefore === null ? {} : { changes: { body: { from: bodyBefore } } }),
  };
}

function issueWithReactions(world: World, repository: Repository, issue: PullRequest | Issue): Payload {
  const { closed_by: _closedBy, ...json } = issueJson(world, repository, issue);
  return {
    draft: false,
    ...json,
    timeline_url: `${json.url}/timeline`,
    reactions: reactionsJson(`${json.url}/reactions`, []),
  };
}
