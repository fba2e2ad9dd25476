import type { Job } from "../../src/agenda/clock.ts";
import type { App } from "../../src/app.ts";

const EVERY_MS = 10 * 60_000;
/** No event has a handler yet, so none of them is missed. */
const EVENTS: ReadonlySet<string> = new Set();

/** Gets back the webhook deliveries that did not arrive. */
export function missedDeliveries({ missedDeliveries: missed }: App): Job {
  return { name: "missed-deliveries", everyMs: EVERY_MS, run: () => missed.repair(EVENTS) };
}
