import type { CauseKey } from "../../work/rules/causes.ts";
import type { StoredEvent } from "../../outbox/store.ts";
import type { StoredProject } from "../../projects/store.ts";
import type { StoredPullRequest } from "../../pull-requests/record/store.ts";
import type { StoredCleanup } from "../../workspaces/cleanups/cleanup.ts";
import type { StoredWorkspace } from "../../workspaces/record/workspace.ts";
import type { Trace, TraceGap, TracePiece } from "../trace.ts";
import { TRACE_DOCUMENTS_MAX } from "./limits.ts";
import { eventPiece, recordsOf } from "./event.ts";
import { joinPieces } from "./join-pieces.ts";
import { type Message, messagePiece } from "./message.ts";
import { recordPiece } from "./record.ts";
import { cleanupPiece, projectPiece, workspacePiece } from "./signal-effects.ts";

/** What the stores have about a message. Of each list one more than `TRACE_DOCUMENTS_MAX` may be given: then there are more. */
export interface TraceFacts {
  readonly message: Message;
  readonly key: CauseKey;
  readonly events: readonly StoredEvent[];
  readonly records: readonly StoredPullRequest[];
  /** Of a signal alone. */
  readonly ofSignal: SignalFacts | null;
  /** How long events are stored, in milliseconds. */
  readonly eventsKeptMs: number;
  readonly now: Date;
}

export interface SignalFacts {
  /** `signalKey`. */
  readonly signalKey: string;
  readonly projectId: string;
  readonly project: StoredProject | null;
  readonly workspaces: readonly StoredWorkspace[];
  /** Of its project. */
  readonly cleanups: readonly StoredCleanup[];
}

/** Builds the trace of a message from what is stored: from the door to the events that it led to. */
export function buildTrace(facts: TraceFacts): Trace {
  const { message, key, events, records, ofSignal } = facts;
  const first = <T>(documents: readonly T[]) => documents.slice(0, TRACE_DOCUMENTS_MAX);
  const lists = [events, records, ofSignal?.workspaces ?? [], ofSignal?.cleanups ?? []];
  const pieces = [
    messagePiece(message),
    ...(ofSignal ? projectPieces(ofSignal, message) : []),
    ...first(records).map((record) => recordPiece(record, key)),
    ...first(ofSignal?.workspaces ?? []).map((each) => workspacePiece(each, ofSignal?.signalKey ?? "")),
    ...first(ofSignal?.cleanups ?? []).map((cleanup) => cleanupPiece(cleanup, key)),
    ...first(events).map(eventPiece),
    { entries: [], waits: [], gaps: goneOf(facts) },
  ];
  const isCut = lists.some(({ length }) => length > TRACE_DOCUMENTS_MAX);
  return joinPieces(pieces, { receivedAt: message.receivedAt, isCut });
}

function projectPieces(
  { project, projectId, signalKey }: SignalFacts,
  { status, tries }: Message,
): TracePiece[] {
  if (status !== "done") return [];
  if (project) {
    const handled = tries?.at(-1)?.endedAt;
    return handled ? [projectPiece(project, { signalKey, handled })] : [];
  }
  const because = "The project is not stored any more: it was removed after PULL_REQUEST_RETENTION_DAYS.";
  return [{ entries: [], waits: [], gaps: [{ part: "project", id: projectId, because }] }];
}

/** What retention has removed. */
function goneOf({ message, events, records, eventsKeptMs, now }: TraceFacts): TraceGap[] {
  const known = new Set(records.map(({ _id }) => String(_id)));
  const because = "The record is not stored any more: it was removed after PULL_REQUEST_RETENTION_DAYS.";
  const gone = recordsOf(events).filter((id) => !known.has(id));
  const gaps: TraceGap[] = gone.map((id) => ({ part: "pull_request", id, because }));
  if (now.getTime() - message.receivedAt.getTime() < eventsKeptMs) return gaps;
  const days = Math.round(eventsKeptMs / 86_400_000);
  const old = `Events are stored for ${days} days after they were relayed, so earlier ones are gone.`;
  return [...gaps, { part: "event", id: null, because: old }];
}
