import { Readable } from "node:stream";
import type { Probot } from "probot";
import { loadConfig } from "../src/config.ts";
import type { AcceptedDelivery } from "../src/deliveries/intake.ts";
import { Signatures } from "../src/deliveries/signature.ts";
import { createIntake } from "../src/intake.ts";
import { HANDLED_EVENTS } from "./webhook-handlers.ts";

/** If a worker ran, it would have taken work that has been due for this long. */
const TAKEN_UP_WITHIN_MS = 30_000;

const SAYS: Record<AcceptedDelivery["outcome"], string> = {
  stored: "It is in the inbox; a worker of the bot, script/server, does the rest",
  duplicate: "It is in the inbox already",
  ignored: "Nothing in the bot wants such events",
};

/**
 * The Probot app, which `npx probot receive` and Probot's own hosts load. It stores an event in the inbox, as
 * `POST /api/github/webhooks` of `script/server` does; `GET /api/v1/deliveries` shows the result. It does not handle the
 * event itself, and warns if no worker seems to run.
 */
export default function orbBot(probot: Probot): void {
  probot.onAny(async ({ id, name, payload }) => {
    const { outcome, isWaiting } = await keep({ id, event: name, payload });
    probot.log.info({ event: name, deliveryId: id, outcome }, SAYS[outcome]);
    if (isWaiting) probot.log.warn("No worker seems to run: the inbox is waiting. Start script/server");
  });
}

/** Connects for each event, so that a command that passes on one event can exit by itself. */
async function keep({ id, event, payload }: { id: string; event: string; payload: unknown }) {
  const config = loadConfig(process.env);
  await using inbox = await createIntake(config, HANDLED_EVENTS);
  const body = Buffer.from(JSON.stringify(payload));
  const { outcome } = await inbox.intake.accept(Readable.from([body]), {
    "x-github-delivery": id,
    "x-github-event": event,
    // Probot has checked GitHub's signature, if there was one. The inbox takes only signed events.
    "x-hub-signature-256": new Signatures(config.github.webhookSecret).sign(body),
    "content-type": "application/json",
    "content-length": String(body.length),
  });
  const longAgo = new Date(inbox.now().getTime() - TAKEN_UP_WITHIN_MS);
  const isWaiting = await inbox.store.hasDue(longAgo);
  return { outcome, isWaiting };
}
