import type { Probot } from "probot";

/**
 * The Probot app: what `npx probot receive` and Probot's own hosts load. No webhook has a handler yet, so it
 * only says what it was given.
 */
export default function orbBot(probot: Probot): void {
  probot.onAny(({ name, id }) => {
    probot.log.debug({ event: name, deliveryId: id }, "no handler for this event");
  });
}
