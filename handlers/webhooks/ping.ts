import type { DeliveryHandler } from "../../src/deliveries/delivery.ts";
import { ignored } from "./payload.ts";

/** GitHub shows that it can reach the bot: https://docs.github.com/en/webhooks/webhook-events-and-payloads#ping */
export function ping(): DeliveryHandler {
  return async () => ignored("GitHub only tried the address");
}
