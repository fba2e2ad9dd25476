import type { DeliveryStore } from "../../../src/deliveries/store.ts";
import { LogLevelStore } from "../../../src/log-level/store.ts";
import type { Database } from "../../../src/mongo/database.ts";
import type { OutboxStore } from "../../../src/outbox/store.ts";
import type { PullRequestStore } from "../../../src/pull-requests/record/store.ts";
import { SignalStore } from "../../../src/signals/store.ts";
import { historicDelivery } from "./others.ts";

interface Stores {
  readonly database: Database;
  readonly deliveries: DeliveryStore;
  readonly outbox: OutboxStore;
  readonly pullRequests: PullRequestStore;
}

/** Asks for a trace, and about the level of the log. */
export async function askForOperators({ database, deliveries, outbox, pullRequests }: Stores): Promise<void> {
  const levels = new LogLevelStore(database);
  const now = new Date();
  await levels.set({ _id: "log", level: "info", until: now, changedAt: now, changedBy: "history" });
  await levels.read();
  const signals = new SignalStore(database);
  const { _id } = historicDelivery(3);
  await deliveries.find(_id);
  for (const source of [undefined, "urn:orb:meta-agent"]) await signals.withId({ id: "signal-3", source }, 2);
  await outbox.causedBy(`delivery:${_id}`, 101);
  const [record] = await pullRequests.causedBy(`delivery:${_id}`, 101);
  await pullRequests.findAll([String(record?._id ?? "f".repeat(24))]);
}
