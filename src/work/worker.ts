import type { Pace } from "./pace.ts";
import type { Stop } from "./stop.ts";

/** Shows the other processes that this one is alive, while it holds something. */
export interface Heartbeat {
  /** Resolves once the others can see that this process is alive; from then on it shows that, until disposed. */
  hold(): Promise<Hold>;
}

export interface Hold extends Disposable {
  /** Whether the others could count on this process all the time: if not, they may have taken what it held. */
  isHeld(): boolean;
}

/** A process that does leased work: its name, times, clock and chance. */
export interface Worker {
  /** Names the process in leases; after a restart it has another name. */
  readonly owner: string;
  /** How long work stays with a process that has died, in milliseconds. */
  readonly leaseMs: number;
  readonly heartbeat: Heartbeat;
  readonly pace: Pace;
  readonly now: () => Date;
  /** Returns a number in [0, 1). */
  readonly random: () => number;
  readonly stop: Stop;
}
