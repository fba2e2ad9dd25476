import type { Probot } from "probot";
import { createApp } from "../src/app.ts";
import { loadConfig } from "../src/config.ts";
import type { Handled } from "../src/deliveries/delivery.ts";
import { webhookHandlers } from "./webhooks.ts";

/**
 * The Probot app: what `npx probot receive` and Probot's own hosts load. It does with an event what the bot does with a
 * delivery: the handler sets records in motion in MongoDB, as configured by the environment, and a worker of the bot does
 * the rest. The bot's own door is `POST /api/github/webhooks` of `script/server`, which stores before it answers.
 */
export default function orbBot(probot: Probot): void {
  probot.onAny(async ({ id, name, payload }) => {
    const { outcome, because } = await handle({ id, event: name, payload });
    probot.log.info({ event: name, deliveryId: id, outcome }, because);
  });
}

/** Connects for each event anew, so that a command line that hands over one ends by itself. */
async function handle(received: { id: string; event: string; payload: unknown }): Promise<Handled> {
  const app = await createApp(loadConfig(process.env));
  try {
    const handler = webhookHandlers(app).get(received.event);
    if (!handler) return { outcome: "ignored", because: `${received.event} has no handler` };
    const { action = null } = received.payload as { action?: string };
    const about = { action, repository: null, installationId: null, receivedAt: app.now() };
    return await app.database.transaction((transaction) =>
      handler({ ...received, ...about }, { transaction }),
    );
  } finally {
    await app.close();
  }
}
