import { z } from "zod";
import type { App } from "../../src/app.ts";
import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { handlerOf, id, isPerson, nudged, repository, sender } from "./payload.ts";

const payload = z.object({
  action: z.string(),
  pull_request: z.object({ number: id }),
  repository,
  sender: sender.nullish(),
});

/** A review was given, changed or taken back, by a person as a rule. Its comments come with it: they are asked for when it is handed back. */
export function pullRequestReview({ pullRequestStore, motionStore, now }: App): DeliveryHandler {
  return handlerOf(payload, async (told, { transaction }) => {
    const {
      action,
      pull_request: { number },
      repository,
      sender: by,
    } = told;
    const where = { repository: repository.full_name, number };
    const when = { now: now(), transaction };
    if (by && isPerson(by)) await motionStore.personActed(where, when);
    const count = await pullRequestStore.nudge(where, when);
    return nudged(count, `a review of ${repository.full_name}#${number} was ${action}`);
  });
}
