import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { handlerOf, nudged, refName, repository, sha } from "./payload.ts";

// GitHub names at most ten: https://docs.github.com/en/webhooks/webhook-events-and-payloads#status
const BRANCHES_READ_MAX = 10;

const payload = z.object({
  sha,
  branches: z
    .array(z.object({ name: refName }))
    .transform((branches) => branches.slice(0, BRANCHES_READ_MAX))
    .default([]),
  repository,
});

/** A commit status changed. It names a commit and the branches that end with it, and no pull request. */
export function status({ pullRequestStore, now }: App): DeliveryHandler {
  return handlerOf(payload, async ({ sha: headSha, branches, repository }, { transaction }) => {
    const headBranches = branches.map(({ name }) => name);
    const where = { repository: repository.full_name, headSha, headBranches };
    const count = await pullRequestStore.nudge(where, { now: now(), transaction });
    return nudged(count, `a status of ${headSha} in ${repository.full_name}`);
  });
}
