import type { CloudEventV1 } from "cloudevents";
import { eventId } from "./rules/event-id.ts";
import type { StoredEvent } from "./store.ts";

const SOURCE = "orb-bot";

/**
 * Converts an event to a CloudEvent 1.0 in structured mode. `seq` is an extension attribute.
 */
export function toCloudEvent(event: StoredEvent): CloudEventV1<Record<string, unknown>> & { seq: number } {
  const { project, seq, type, data, time } = event;
  return {
    specversion: "1.0",
    id: eventId(event),
    source: SOURCE,
    type,
    subject: project,
    time: time.toISOString(),
    datacontenttype: "application/json",
    seq,
    data: { project, ...data },
  };
}
