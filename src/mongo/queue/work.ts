/** The part of a document that says when it needs work, and which process is working on it. */
export interface Work {
  /**
   * When a process should take it next, `null` if it needs no work. While a process holds it: when that process took it, or
   * last wrote to it.
   */
  dueAt: Date | null;
  owner: string | null;
  /** Counts the leases; a write with an older lease is refused. */
  epoch: number;
  /** Leases since the last success, except those after which it only waits. */
  attempts: number;
  /**
   * The processes that held this document one after the other and seem to have crashed; clean shutdowns do not count. Documents
   * of earlier versions have none.
   */
  crashed?: readonly string[];
}

export const WORK_SCHEMA = {
  dueAt: { type: Date, default: null },
  owner: { type: String, default: null },
  epoch: { type: Number, default: 0 },
  attempts: { type: Number, default: 0 },
  crashed: { type: [String], default: [] },
};
