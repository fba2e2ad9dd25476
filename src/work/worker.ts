import type { Pace } from "./pace.ts";

/** A process that works: what its work on leased items depends on. */
export interface Worker {
  /** Names the process in leases; a restart is another one. */
  readonly owner: string;
  /** How long work stays with a process that has died, in milliseconds. */
  readonly leaseMs: number;
  readonly pace: Pace;
  readonly now: () => Date;
  /** In [0, 1). */
  readonly random: () => number;
}
