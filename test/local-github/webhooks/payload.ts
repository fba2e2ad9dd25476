// The payload of every event in GitHub's form: the common part, and the event's own part from `payloads/`.

import { accountJson } from "../json/account.ts";
import type { World } from "../world.ts";
import type { InRepositoryEvent, WorldEvent } from "../world-event.ts";
import { checkRunPart, checkSuitePart, statusPart } from "./payloads/checks.ts";
import {
  installationIds,
  installationPart,
  installationRepositoriesPart,
  installationTargetPart,
} from "./payloads/installations.ts";
import { issueCommentPart, issuePart } from "./payloads/issues.ts";
import { organizationPart, repositoryChange, repositoryPart } from "./payloads/places.ts";
import type { Payload } from "./payloads/part.ts";
import { pullRequestPart, reviewCommentPart, reviewPart } from "./payloads/pull-requests.ts";
import { pushPart, refPart } from "./payloads/pushes.ts";
import { branchProtectionPart, mergeGroupPart, rulesetPart } from "./payloads/rules.ts";
import { labelJson } from "../json/label.ts";
import type { Subscriber } from "./subscriptions.ts";

/** https://docs.github.com/webhooks/webhook-events-and-payloads */
export async function payloadOf(
  world: World,
  event: WorldEvent,
  { installation }: Subscriber,
): Promise<Payload> {
  const action = "action" in event ? { action: event.action } : {};
  const sender = accountJson(world, event.sender);
  if (event.type === "installation") return { ...action, ...installationPart(world, event), sender };
  if (event.type === "installation_repositories") {
    return { ...action, ...installationRepositoriesPart(world, event), sender };
  }
  if (event.type === "installation_target")
    return { ...action, ...installationTargetPart(world, event), sender };
  return {
    ...action,
    repository: repositoryPart(world, event.repository),
    ...(await ownPart(world, event)),
    ...organizationPart(world, event.repository.owner),
    sender,
    installation: installationIds(installation),
  };
}

async function ownPart(world: World, event: InRepositoryEvent): Promise<Payload> {
  switch (event.type) {
    case "pull_request":
      return pullRequestPart(world, event);
    case "pull_request_review":
      return reviewPart(world, event);
    case "pull_request_review_comment":
      return reviewCommentPart(world, event);
    case "issue_comment":
      return issueCommentPart(world, event);
    case "issues":
      return issuePart(world, event);
    case "push":
      return pushPart(world, event);
    case "create":
    case "delete":
      return refPart(event);
    case "check_run":
      return checkRunPart(world, event);
    case "check_suite":
      return checkSuitePart(world, event);
    case "status":
      return statusPart(world, event);
    case "label":
      return {
        label: labelJson(world, event.repository, event.label),
        ...(event.action === "edited" ? { changes: {} } : {}),
      };
    case "repository":
      return repositoryChange(world, event);
    case "branch_protection_rule":
      return branchProtectionPart(world, event);
    case "repository_ruleset":
      return rulesetPart(event);
    case "merge_group":
      return mergeGroupPart(world, event);
    default:
      return event satisfies never;
  }
}
