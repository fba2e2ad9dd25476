import type { Types } from "mongoose";
import type { DeliveryMetadata } from "../../deliveries/store.ts";
import type { StoredSignal } from "../../signals/store.ts";
import type { Message } from "./message.ts";

export type StoredSignalDocument = StoredSignal & { readonly _id: Types.ObjectId };

export function deliveryMessage(delivery: DeliveryMetadata): Message {
  const { _id: id, event, action, repository, size } = delivery;
  const { receivedAt, status, outcome, because, problem, tries, work } = delivery;
  const name = action === null ? event : `${event} ${action}`;
  const about = repository === null ? "" : ` about ${repository}`;
  const received = `GitHub sent ${name}${about}, ${size} bytes`;
  const verified = "It was signed with the webhook secret: nothing else is read or stored";
  const course = { receivedAt, status, outcome, because, problem, tries, work };
  return { id, kind: "delivery", name, received, verified, ...course };
}

export function signalMessage(signal: StoredSignalDocument): Message {
  const { id, source, type, project, door, receivedAt, status, problem, tries, work } = signal;
  const way = door === "http" ? "POST /api/v1/signals" : "the stream orb:signals";
  const received = `${source} sent it by ${way}, about the project ${project}`;
  const verified =
    door === "http"
      ? "Its sender had a token with the scope signals:write, and it fits its schema"
      : "Its sender may write to Redis, and it fits its schema";
  const course = { receivedAt, status, outcome: null, because: null, problem, tries, work };
  return { id, kind: "signal", name: type, received, verified, ...course };
}
