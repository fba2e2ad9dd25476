import type { HistoryEntry } from "../../pull-requests/record/record.ts";
import type { TraceEntry } from "../trace.ts";

/** An entry for something that took no time. */
export function moment(
  about: Pick<TraceEntry, "part" | "id" | "name">,
  { at, what, because }: Omit<HistoryEntry, "because"> & { readonly because: string | null },
): TraceEntry {
  return { ...about, at, what, durationMs: null, because, problem: null };
}
