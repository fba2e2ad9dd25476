import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { handlerOf, nudged, repository, sha } from "./payload.ts";

const payload = z.object({ sha, repository });

/** A commit status changed. It names a commit and no pull request. */
export function status({ pullRequestStore, now }: App): DeliveryHandler {
  return handlerOf(payload, async ({ sha: headSha, repository }, { transaction }) => {
    const where = { repository: repository.full_name, headSha };
    const count = await pullRequestStore.nudge(where, { now: now(), transaction });
    return nudged(count, `a status of ${headSha} in ${repository.full_name}`);
  });
}
