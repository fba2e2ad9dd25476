import type { App } from "../src/app.ts";
import type { DeliveryHandler } from "../src/deliveries/delivery.ts";
import { DeliveryIntake } from "../src/deliveries/intake.ts";
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

/** Takes in what there is a handler for, whichever way it comes. */
export function webhookIntake(app: App, handlers: ReadonlyMap<string, DeliveryHandler>): DeliveryIntake {
  const { deliveryStore: store, config } = app;
  return new DeliveryIntake({
    ...app,
    store,
    telemetry: app.telemetry.deliveries,
    secret: config.github.webhookSecret,
    handled: new Set(handlers.keys()),
  });
}

/** What each event of GitHub sets in motion: this is the whole list, and what is not in it is not kept. */
export function webhookHandlers(app: App): ReadonlyMap<string, DeliveryHandler> {
  return new Map([
    ["branch_protection_rule", branchRules(app)],
    ["check_run", checkRun(app)],
    ["check_suite", checkSuite(app)],
    ["installation", installation(app)],
    ["installation_repositories", installationRepositories(app)],
    ["installation_target", installationTarget(app)],
    ["issue_comment", issueComment(app)],
    ["merge_group", mergeGroup(app)],
    ["ping", ping()],
    ["pull_request", pullRequest(app)],
    ["pull_request_review", pullRequestReview(app)],
    ["push", push(app)],
    ["repository", repository(app)],
    ["repository_ruleset", branchRules(app)],
    ["status", status(app)],
  ]);
}
