import type { StoredEvent } from "../../../src/outbox/store.ts";
import { eventually } from "../eventually.ts";
import type { CleanupStage } from "./cleanup-stage.ts";

/** The latest event of a type, as the outbox has it, once there is one that `is` accepts. */
export async function publishedBy(
  world: CleanupStage,
  type: string,
  is: (data: Record<string, unknown>) => boolean,
): Promise<StoredEvent> {
  const { outboxStore } = world.bot.app;
  return eventually(`${type} published`, async () => {
    const events = await outboxStore.model
      .find({ type: type as StoredEvent["type"] })
      .sort({ seq: -1 })
      .lean<StoredEvent[]>();
    return events.find(({ data }) => is(data as unknown as Record<string, unknown>));
  });
}

/** The shape of a value: its names and types, and for a list the shape of its first item. */
export function shapeOf(value: unknown): unknown {
  if (Array.isArray(value)) return value.slice(0, 1).map(shapeOf);
  if (value instanceof Date) return "string";
  if (value === null || typeof value !== "object") return value === null ? "null" : typeof value;
  return Object.fromEntries(Object.entries(value).map(([name, each]) => [name, shapeOf(each)]));
}
