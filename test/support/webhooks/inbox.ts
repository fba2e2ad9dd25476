import { Readable } from "node:stream";
import type { DeliveryHandler } from "../../../src/deliveries/delivery.ts";
import { type AcceptedDelivery, DeliveryIntake } from "../../../src/deliveries/intake.ts";
import { PartStore } from "../../../src/deliveries/part-store.ts";
import { DeliveryStore, type StoredDelivery } from "../../../src/deliveries/store.ts";
import { DeliveryWork } from "../../../src/deliveries/delivery-work.ts";
import { Database } from "../../../src/mongo/database.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { Secret } from "../../../src/secret.ts";
import { DeliveryTelemetry } from "../../../src/telemetry/deliveries.ts";
import { WEBHOOK_SECRET } from "../bot/environment.ts";
import { delivery } from "./deliveries.ts";
import { freshStores } from "../servers/stores.ts";
import { simulatedWorker } from "../worker.ts";

export const LEASE_MS = 5_000;

/** The webhook inbox without its HTTP door and its loops, on a database of its own and with a clock that the test sets. */
export interface Inbox extends AsyncDisposable {
  readonly database: Database;
  readonly store: DeliveryStore;
  readonly metrics: Metrics;
  /** Advances the clock. */
  pass(ms: number): void;
  /** Accepts a delivery about a pull request of `octo/hello`, by its number, or with a payload. */
  receive(about: number | object, id?: string): Promise<AcceptedDelivery>;
  stored(id: string): Promise<StoredDelivery>;
  /** The work of a process with this name. */
  worker(owner: string, handle: DeliveryHandler): DeliveryWork;
}

const EVENT = "pull_request";

/** In the future, because MongoDB deletes old deliveries by its own clock. */
const START = new Date("2126-01-05T09:00:00Z");

/** @param startAt the clock's first time; processes of their own always use the machine's clock */
export async function openInbox({ startAt = START }: { startAt?: Date } = {}): Promise<Inbox> {
  const stores = await freshStores();
  const database = await Database.connect(stores.mongodbUri);
  const [store, partStore] = [new DeliveryStore(database), new PartStore(database)];
  await database.createIndexes();
  let now = startAt;
  const metrics = new Metrics();
  const log = createLogger({ level: "silent", format: "json" });
  const telemetry = new DeliveryTelemetry({ log, metrics });
  const deps = { store, partStore, database, telemetry, now: () => now };
  const intake = new DeliveryIntake({
    ...deps,
    secret: new Secret(WEBHOOK_SECRET),
    handled: new Set([EVENT]),
  });
  return {
    database,
    store,
    metrics,
    pass: (ms) => (now = new Date(now.getTime() + ms)),
    receive: async (about, id) => {
      const pullRequest = typeof about === "number" ? { pull_request: { number: about } } : about;
      const payload = { action: "edited", repository: { full_name: "octo/hello" }, ...pullRequest };
      const { body, headers } = delivery(EVENT, payload, id === undefined ? {} : { id });
      return intake.accept(Readable.from([body]), { ...headers, "content-length": String(body.length) });
    },
    stored: async (id) => {
      const found = await store.model.findOne({ _id: id }).lean<StoredDelivery>();
      if (!found) throw new Error(`Delivery ${id} does not exist`);
      return found;
    },
    worker: (owner, handle) =>
      new DeliveryWork({
        ...deps,
        worker: simulatedWorker(database, { owner, leaseMs: LEASE_MS, now: () => now }),
        handlers: new Map([[EVENT, handle]]),
      }),
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await stores[Symbol.asyncDispose]();
    },
  };
}

/** Works until nothing is due. @throws what the work throws */
export async function workAll(work: DeliveryWork): Promise<void> {
  while (await work.runOne());
  while (await work.takeOverOne());
}
