import type { Job } from "../../src/agenda/clock.ts";
import type { App } from "../../src/app.ts";

const EVERY_MS = 10 * 60_000;

/** Gets back the webhook deliveries that did not arrive, of those events that have a handler. */
export function missedDeliveries({ missedDeliveries: missed }: App, events: ReadonlySet<string>): Job {
  return { name: "missed-deliveries", everyMs: EVERY_MS, atStart: true, run: () => missed.repair(events) };
}
