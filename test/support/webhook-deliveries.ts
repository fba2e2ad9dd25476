import { webhookHandlers } from "../../handlers/webhook-handlers.ts";
import { type App, createApp, type Overrides } from "../../src/app.ts";
import { loadConfig } from "../../src/config.ts";
import type { Handled, Reached } from "../../src/deliveries/delivery.ts";
import { botEnvironment } from "./bot/environment.ts";
import { freshStores } from "./servers/stores.ts";

/** The stores of a bot that has no doors open, and its handlers of webhooks. */
export interface Inbox extends AsyncDisposable {
  readonly app: App;
  /** Handles a payload in a transaction, as the work on deliveries does. */
  deliver(event: string, payload: unknown, id?: string): Promise<Handled>;
}

export async function openInbox(overrides: Partial<Overrides> = {}): Promise<Inbox> {
  const stores = await freshStores();
  const { mongodbUri } = stores;
  const app = await createApp(loadConfig(botEnvironment({ mongodbUri })), overrides);
  const handlers = webhookHandlers(app);
  let deliveries = 0;
  return {
    app,
    deliver: async (event, payload, id = `delivery-${++deliveries}`) => {
      const handle = handlers.get(event);
      if (!handle) throw new Error(`${event} has no handler`);
      const action = (payload as { action?: string } | null)?.action ?? null;
      const about = { repository: null, installationId: null, receivedAt: new Date() };
      const delivery = { id, event, action, ...about, payload };
      let reached: Reached | null = null;
      for (;;) {
        const handled = await app.database.transaction((transaction) =>
          handle(delivery, { transaction, reached }),
        );
        if (!handled.reached) return handled;
        ({ reached } = handled);
      }
    },
    [Symbol.asyncDispose]: async () => {
      await app.close();
      await stores[Symbol.asyncDispose]();
    },
  };
}
