import type { Pace } from "./pace.ts";
import type { Stop } from "./stop.ts";

/** A process that does leased work: its name, times, clock and chance. */
export interface Worker {
  /** Names the process in leases; after a restart it has another name. */
  readonly owner: string;
  /** How long work stays with a process that has died, in milliseconds. */
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly now: () => Date;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
  readonly stop: Stop;
}
