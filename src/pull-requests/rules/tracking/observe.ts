import type { Snapshot } from "../../../github/snapshot.ts";
import type { Edge, Happening } from "./edge.ts";
import type { BaseMove, Seen } from "./seen.ts";

export interface ObserveContext {
  readonly now: Date;
  /** When the snapshot was asked for, under the record's lease: before the question was sent. */
  readonly askedAt: Date;
  /** The push to the base that set this look off, where one did. */
  readonly baseMovedBy?: BaseMove | null;
  /** The title that the bot gave it last: that it is there now is no news. */
  readonly titleWritten: string | null;
  /** Names of the checks that the base asks for, also those that have not reported; `null` where they are not known. */
  readonly requiredChecks: readonly string[] | null;
}

export interface Observation {
  /** What to remember; the very same object where the answer was older than what was known. */
  readonly seen: Seen;
  readonly edges: readonly Edge[];
  readonly history: readonly Happening[];
}

export function observe(before: Seen | null, snapshot: Snapshot, context: ObserveContext): Observation {
  throw new Error(`not yet: ${before?.title} ${snapshot.headRef} ${context.titleWritten}`);
}
