import type { DeliveryHandler } from "../src/deliveries/delivery.ts";
import type { PullRequestParts } from "../src/pull-requests/subject.ts";
import { branchRules } from "./webhooks/branch-rules.ts";
import { checkRun } from "./webhooks/check-run.ts";
import { checkSuite } from "./webhooks/check-suite.ts";
import { installation } from "./webhooks/installation.ts";
import { installationRepositories } from "./webhooks/installation-repositories.ts";
import { installationTarget } from "./webhooks/installation-target.ts";
import { issueComment } from "./webhooks/issue-comment.ts";
import { mergeGroup } from "./webhooks/merge-group.ts";
import { ping } from "./webhooks/ping.ts";
import { pullRequest } from "./webhooks/pull-request.ts";
import { pullRequestReview } from "./webhooks/pull-request-review.ts";
import { push } from "./webhooks/push.ts";
import { repository } from "./webhooks/repository.ts";
import { status } from "./webhooks/status.ts";

/** The handler of each event of GitHub. */
const HANDLERS = {
  branch_protection_rule: branchRules,
  check_run: checkRun,
  check_suite: checkSuite,
  installation,
  installation_repositories: installationRepositories,
  installation_target: installationTarget,
  issue_comment: issueComment,
  merge_group: mergeGroup,
  ping,
  pull_request: pullRequest,
  pull_request_review: pullRequestReview,
  push,
  repository,
  repository_ruleset: branchRules,
  status,
} satisfies Record<string, (parts: PullRequestParts) => DeliveryHandler>;

/**
 * The events that any subject handles, for an intake without subjects. If another subject handles an event, add it here;
 * a test compares the two lists.
 */
export const HANDLED_EVENTS: ReadonlySet<string> = new Set(Object.keys(HANDLERS));

/** The handlers of events about pull requests, which are all events so far. */
export function webhookHandlers(parts: PullRequestParts): ReadonlyMap<string, DeliveryHandler> {
  return new Map(Object.entries(HANDLERS).map(([event, handlerOf]) => [event, handlerOf(parts)]));
}
