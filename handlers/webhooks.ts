import type { App } from "../src/app.ts";
import type { DeliveryHandler } from "../src/deliveries/delivery.ts";

/** What each event of GitHub sets in motion; others are counted and not kept. */
export function webhookHandlers(_app: App): ReadonlyMap<string, DeliveryHandler> {
  return new Map([
    ["ping", ignored("GitHub only asked whether anybody is here.")],
    ["push", ignored("The bot does nothing about pushes yet.")],
  ]);
}

function ignored(because: string): DeliveryHandler {
  return async () => ({ outcome: "ignored", because });
}
