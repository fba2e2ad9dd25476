import { webhookHandlers } from "../../handlers/webhooks.ts";
import type { App } from "../../src/app.ts";
import type { LocalGitHub } from "./world/local-github.ts";
import type { App as GitHubApp, Installation } from "./world/state.ts";
import { payloadOf } from "./world/webhooks/payload.ts";

interface Receiver {
  readonly app: App;
  readonly githubApp: GitHubApp;
  readonly installation: Installation;
}

/**
 * Hands everything that happens on the local GitHub to the bot's handlers, worded as GitHub words it, without the door
 * between them: for stories that need it at once and in order.
 */
export function forwardWebhooks({ world }: LocalGitHub, { app, githubApp, installation }: Receiver): void {
  const handlers = webhookHandlers(app);
  let count = 0;
  world.events.on(async (event) => {
    const handle = handlers.get(event.type);
    if (!handle) return;
    const payload: unknown = JSON.parse(
      JSON.stringify(await payloadOf(world, event, { app: githubApp, installation })),
    );
    const action = "action" in event ? event.action : null;
    const about = { event: event.type, action, repository: null, installationId: installation.id };
    const delivery = { id: `forwarded-${++count}`, ...about, receivedAt: event.at, payload };
    await app.database.transaction((transaction) => handle(delivery, { transaction }));
  });
}
