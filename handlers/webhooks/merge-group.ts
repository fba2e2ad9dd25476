import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { mergeQueueNumber } from "../../src/pull-requests/intake/rules/merge-queue-branch.ts";
import { action, handlerOf, ignored, notKept, placeOf, ref, repository, sha } from "./payload.ts";

const payload = z.object({
  action,
  merge_group: z.object({ head_sha: sha, head_ref: ref }),
  repository,
});

/**
 * A merge queue asks for the checks of its commit. If the group has several pull requests, the one in the name of the
 * branch answers for all.
 * https://docs.github.com/en/webhooks/webhook-events-and-payloads#merge_group
 */
export function mergeGroup({ wakeStore, now }: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ action, merge_group: group, repository }, { transaction }) => {
    if (action !== "checks_requested") return ignored(`${action} asks for nothing`);
    const number = mergeQueueNumber(group.head_ref);
    if (number === null) return ignored("The branch is not named as GitHub's merge queue names them");
    const at = now();
    const outcome = await wakeStore.addRequest(
      { ...placeOf(repository), number },
      {
        key: `merge-group:${group.head_sha}`,
        command: "merge_group",
        door: "queue",
        by: "GitHub's merge queue",
        commentId: null,
        headSha: group.head_sha,
        at,
      },
      { now: at, transaction },
    );
    const because = `The check is asked for on ${group.head_sha}`;
    return notKept(outcome, "The pull request is not ours") ?? { outcome: "applied", because };
  });
}
