import type { Refusal } from "../errors.ts";

/** Where in the bot something happened, from the door to what leaves it. */
export const TRACE_PARTS = [
  "door",
  "handling",
  "project",
  "pull_request",
  "check_run",
  "workspace",
  "cleanup",
  "event",
] as const;
export type TracePart = (typeof TRACE_PARTS)[number];

/** What a part is about. */
interface About {
  readonly part: TracePart;
  /** The id of its subject in the API: of a record, a project, a workspace, a clean-up, or of an event. */
  readonly id: string;
  /** For people. */
  readonly name: string;
}

/** One thing that happened. */
export interface TraceEntry extends About {
  readonly at: Date;
  readonly what: string;
  /** How long it took, or was waited for, in milliseconds; `null` for what is a moment. */
  readonly durationMs: number | null;
  readonly because: string | null;
  readonly problem: Refusal | null;
}

/** Something that is still to come. */
export interface TraceWait extends About {
  /** `null` if no time is set: it is being worked on, or waits for somebody. */
  readonly dueAt: Date | null;
  readonly because: string;
  readonly problem: Refusal | null;
}

/** A part of the trace that can't be shown. */
export interface TraceGap {
  readonly part: TracePart;
  readonly id: string | null;
  readonly because: string;
}

/** A part of a trace, made from some of the stored documents. */
export interface TracePiece {
  readonly entries: readonly TraceEntry[];
  readonly waits: readonly TraceWait[];
  readonly gaps: readonly TraceGap[];
}

/** What became of one message, in the order of time. */
export interface Trace {
  readonly entries: readonly TraceEntry[];
  readonly waits: readonly TraceWait[];
  readonly gaps: readonly TraceGap[];
  /** There is more than is shown. */
  readonly isCut: boolean;
  /** From its arrival to the last thing that happened because of it, in milliseconds. */
  readonly durationMs: number;
}
