// Payloads about pull requests and their reviews.

import { accountJson, teamJson } from "../../json/account.ts";
import { reactionsJson } from "../../json/issue.ts";
import { labelJson } from "../../json/label.ts";
import { pullRequestJson, pullRequestSimpleJson } from "../../json/pull-request.ts";
import { reviewCommentJson, reviewJson } from "../../json/review.ts";
import type { World } from "../../world.ts";
import type {
  PullRequestChanges,
  PullRequestEvent,
  ReviewCommentEvent,
  ReviewEvent,
} from "../../world-event.ts";
import type { Payload } from "./part.ts";

export async function pullRequestPart(world: World, event: PullRequestEvent): Promise<Payload> {
  const { repository, pullRequest } = event;
  return {
    number: pullRequest.number,
    pull_request: asInWebhooks(await pullRequestJson(world, repository, pullRequest)),
    ...changePart(world, event),
  };
}

function changePart(world: World, event: PullRequestEvent): Payload {
  switch (event.action) {
    case "edited":
      return { changes: { ...event.changes, ...bodyBefore(event.changes) } };
    case "synchronize":
      return { before: event.before, after: event.after };
    case "labeled":
    case "unlabeled":
      return { label: labelJson(world, event.repository, event.label) };
    case "assigned":
    case "unassigned":
      return { assignee: accountJson(world, event.assignee) };
    case "review_requested":
    case "review_request_removed":
      return reviewerPart(world, event);
    case "opened":
    case "closed":
    case "reopened":
    case "converted_to_draft":
    case "ready_for_review":
      return {};
    default:
      return event satisfies never;
  }
}

/** A missing body is sent as an empty one. */
function bodyBefore({ body }: PullRequestChanges): Payload {
  return body ? { body: { from: body.from ?? "" } } : {};
}

function reviewerPart(
  world: World,
  { repository, reviewer }: Extract<PullRequestEvent, { reviewer: unknown }>,
): Payload {
  if ("account" in reviewer) return { requested_reviewer: accountJson(world, reviewer.account) };
  const team = world.state.teams.get(`${repository.owner.login}/${reviewer.team}`.toLowerCase());
  return { requested_team: team && teamJson(world, team) };
}

export async function reviewPart(
  world: World,
  { repository, action, pullRequest, review }: ReviewEvent,
): Promise<Payload> {
  const json = reviewJson(world, repository, pullRequest, review);
  return {
    // Webhooks write the state in lower case, REST in upper case.
    review: { ...json, state: review.state.toLowerCase(), body: review.body || null },
    pull_request: asInWebhooks(await pullRequestSimpleJson(world, repository, pullRequest)),
    ...(action === "edited" ? { changes: {} } : {}),
  };
}

export async function reviewCommentPart(
  world: World,
  { repository, pullRequest, review, comment }: ReviewCommentEvent,
): Promise<Payload> {
  const json = reviewCommentJson(world, repository, pullRequest, review, comment);
  return {
    comment: { ...json, reactions: reactionsJson(`${json.url}/reactions`, []) },
    pull_request: asInWebhooks(await pullRequestSimpleJson(world, repository, pullRequest)),
  };
}

type PullRequestJson = Awaited<ReturnType<typeof pullRequestJson | typeof pullRequestSimpleJson>>;

/** The repositories of both ends have custom properties here but not in REST. */
function asInWebhooks(json: PullRequestJson): Payload {
  const { head, base } = json;
  const properties = { custom_properties: {} };
  return {
    ...json,
    head: { ...head, repo: { ...head.repo, ...properties } },
    base: { ...base, repo: { ...base.repo, ...properties } },
  };
}
