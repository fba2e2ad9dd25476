import { isoTime } from "../json/schema.ts";
import type { App } from "../state.ts";
import type { World } from "../world.ts";
import type { Payload } from "./payloads/part.ts";

/** https://docs.github.com/webhooks/webhook-events-and-payloads#ping */
export function pingPayload(world: World, app: App, hookId: number): Payload {
  return {
    zen: "Design for failure.",
    hook_id: hookId,
    hook: {
      type: "App",
      id: hookId,
      name: "web",
      active: true,
      events: app.events,
      config: { content_type: "json", insecure_ssl: "0", secret: "********", url: app.webhook?.url },
      updated_at: isoTime(app.createdAt),
      created_at: isoTime(app.createdAt),
      app_id: app.id,
      deliveries_url: `${world.origin}/app/hook/deliveries`,
    },
  };
}
