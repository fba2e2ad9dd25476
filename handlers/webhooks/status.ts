import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { handlerOf, nudge, branchName, repository, sha, usable } from "./payload.ts";

/** GitHub names ten at most: https://docs.github.com/en/webhooks/webhook-events-and-payloads#status */
const BRANCHES_MAX = 10;

const branches = usable(z.object({ name: branchName })).default([]);
const payload = z.object({ sha, repository, branches });

/** A commit status changed. The payload names a commit and its branches, and no pull request. */
export function status(parts: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ sha: headSha, repository, branches }, context) => {
    const names = branches.slice(0, BRANCHES_MAX).map(({ name }) => name);
    const where = { repository: repository.full_name, commit: { sha: headSha, branches: names } };
    return nudge(parts, { where, about: `a status of ${headSha} in ${repository.full_name}` }, context);
  });
}
