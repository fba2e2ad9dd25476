import { eventId } from "../../outbox/rules/event-id.ts";
import type { StoredEvent } from "../../outbox/store.ts";
import type { TraceEntry, TracePiece, TraceWait } from "../trace.ts";
import { between } from "./message.ts";

/** An event for the Meta-Agent, and whether it has left the bot. */
export function eventPiece(event: StoredEvent): TracePiece {
  const { type, data, time, relayedAt, relayedAs } = event;
  const about = { part: "event", id: eventId(event), name: type } as const;
  const because = "because" in data ? data.because : "reason" in data ? data.reason : null;
  const entries: TraceEntry[] = [
    { ...about, at: time, what: "published", durationMs: null, because, problem: null },
  ];
  const waits: TraceWait[] = [];
  if (relayedAt === null) {
    waits.push({ ...about, dueAt: null, because: "It was not relayed to Redis yet", problem: null });
  } else if (relayedAs !== null) {
    const relayed = "It is in the stream orb:events";
    const durationMs = between(time, relayedAt);
    entries.push({ ...about, at: relayedAt, what: "relayed", durationMs, because: relayed, problem: null });
  }
  return { entries, waits, gaps: [] };
}

/** The ids of the records of pull requests that events are about. */
export function recordsOf(events: readonly StoredEvent[]): string[] {
  const ids = events.flatMap(({ data }) => ("pullRequest" in data ? [data.pullRequest.id] : []));
  return [...new Set(ids)];
}
