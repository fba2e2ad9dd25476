import { afterAll, beforeAll, beforeEach } from "../testing.ts";
import { type App, createApp, type Overrides } from "../../../src/app.ts";
import { loadConfig } from "../../../src/config.ts";
import type { Handled, Reached } from "../../../src/deliveries/delivery.ts";
import { botEnvironment } from "../bot/environment.ts";
import { preparedStores } from "../servers/prepared-stores.ts";
import type { Stores } from "../servers/stores.ts";

/** A bot without doors, and its webhook handlers. */
export interface WebhookDeliveries {
  readonly app: App;
  /** Handles a payload in a transaction, as the work on deliveries does. */
  deliver(event: string, payload: unknown, id?: string): Promise<Handled>;
}

/**
 * Call it once, at the top of a file. All its tests share a bot, and each begins without pull requests, installations
 * and repositories.
 */
export function useWebhookDeliveries(overrides: Partial<Overrides> = {}): WebhookDeliveries {
  let stores: Stores;
  let app: App;
  let deliveries = 0;
  beforeAll(async () => {
    stores = await preparedStores();
    app = await createApp(loadConfig(botEnvironment({ mongodbUri: stores.mongodbUri })), overrides);
  });
  afterAll(async () => {
    await app.close();
    await stores[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    for (const { model } of [app.pullRequestStore, app.installationStore, app.repositoryStore]) {
      await model.collection.deleteMany({});
    }
  });
  return {
    get app() {
      return app;
    },
    deliver: (event, payload, id = `delivery-${++deliveries}`) => deliver(app, { event, payload, id }),
  };
}

async function deliver(
  app: App,
  { event, payload, id }: { event: string; payload: unknown; id: string },
): Promise<Handled> {
  const handle = app.webhooks.get(event);
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
}
