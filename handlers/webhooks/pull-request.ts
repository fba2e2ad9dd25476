import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { action, handlerOf, id, ignored, nudged, repository } from "./payload.ts";

/** https://docs.github.com/en/webhooks/webhook-events-and-payloads#pull_request */
const MATTERS: ReadonlySet<string> = new Set([
  "opened",
  "edited",
  "closed",
  "reopened",
  "synchronize",
  "converted_to_draft",
  "ready_for_review",
  "labeled",
  "unlabeled",
  "review_requested",
  "review_request_removed",
  "auto_merge_enabled",
  "auto_merge_disabled",
  "enqueued",
  "dequeued",
]);

const payload = z.object({ action, pull_request: z.object({ number: id }), repository });

/**
 * Something was done to a pull request, so it gets a look. The payload names no App, so the bot can't recognise its own
 * acts; one look too many does no harm.
 */
export function pullRequest({ pullRequestStore, wakeStore, now }: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ action, pull_request: { number }, repository }, { transaction }) => {
    if (!MATTERS.has(action)) return ignored(`${action} changes nothing that the bot keeps`);
    const where = { repository: repository.full_name, number, ended: "too" } as const;
    const count = await pullRequestStore.nudge(where, { now: now(), transaction });
    // A closed pull request makes room for those in the queue.
    if (action === "closed" && count > 0) {
      const here = { repositories: [repository.full_name] };
      await wakeStore.wake(here, "pull_request_closed", { now: now(), transaction });
    }
    return nudged(count, `${repository.full_name}#${number} ${action}`);
  });
}
