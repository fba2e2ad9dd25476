import type { Trace, TracePiece } from "../trace.ts";
import { TRACE_ENTRIES_MAX } from "./limits.ts";
import { between } from "./message.ts";

/**
 * Puts the pieces of a trace together, in the order of time. What happened at the same moment stays in the order of the pieces.
 *
 * @param isCut whether more documents belong to it than were read
 */
export function joinPieces(
  pieces: readonly TracePiece[],
  { receivedAt, isCut }: { readonly receivedAt: Date; readonly isCut: boolean },
): Trace {
  const all = pieces.flatMap(({ entries }) => entries).toSorted((a, b) => a.at.getTime() - b.at.getTime());
  const waits = pieces.flatMap((piece) => piece.waits);
  const gaps = pieces.flatMap((piece) => piece.gaps);
  return {
    entries: all.slice(0, TRACE_ENTRIES_MAX),
    waits: waits.slice(0, TRACE_ENTRIES_MAX),
    gaps: gaps.slice(0, TRACE_ENTRIES_MAX),
    isCut: isCut || Math.max(all.length, waits.length, gaps.length) > TRACE_ENTRIES_MAX,
    durationMs: between(receivedAt, all.at(-1)?.at ?? receivedAt),
  };
}
