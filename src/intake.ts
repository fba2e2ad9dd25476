import type { Config } from "./config.ts";
import { DeliveryIntake } from "./deliveries/intake.ts";
import { PartStore } from "./deliveries/part-store.ts";
import { DeliveryStore } from "./deliveries/store.ts";
import { Database } from "./mongo/database.ts";
import { createLogger } from "./monitoring/logger.ts";
import { Metrics } from "./monitoring/metrics.ts";
import { DeliveryTelemetry } from "./telemetry/deliveries.ts";

export interface Intake extends AsyncDisposable {
  readonly intake: DeliveryIntake;
  readonly store: DeliveryStore;
  readonly now: () => Date;
}

/**
 * The inbox of webhooks without the rest of the bot, for example in a Lambda function. It connects to MongoDB only. It does
 * not migrate the database; the bot does that when it starts.
 *
 * @param handled the events to keep
 * @throws OrbError if MongoDB can't be used
 */
export async function createIntake(config: Config, handled: ReadonlySet<string>): Promise<Intake> {
  const telemetry = new DeliveryTelemetry({ log: createLogger(config.log), metrics: new Metrics() });
  const database = await Database.connect(config.mongodbUri.reveal());
  const store = new DeliveryStore(database);
  const partStore = new PartStore(database);
  const secret = config.github.webhookSecret;
  const { now } = database.clock;
  return {
    intake: new DeliveryIntake({ store, partStore, secret, handled, telemetry, now }),
    store,
    now,
    [Symbol.asyncDispose]: () => database.close(),
  };
}
