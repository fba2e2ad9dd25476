import { z } from "zod";
import type { PullRequestParts } from "../../src/pull-requests/subject.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { action, handlerOf, id, nudge, repository } from "./payload.ts";

const payload = z.object({ action, pull_request: z.object({ number: id }), repository });

/** A review was submitted, edited or dismissed. Its comments are read when it is handed back to the agents. */
export function pullRequestReview(parts: PullRequestParts): DeliveryHandler {
  return handlerOf(payload, async ({ action, pull_request: { number }, repository }, context) => {
    const where = { repository: repository.full_name, number };
    const about = `a review of ${repository.full_name}#${number} was ${action}`;
    return nudge(parts, { where, about }, context);
  });
}
