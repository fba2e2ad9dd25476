import { AsyncLocalStorage } from "node:async_hooks";

/** Throws if writing is no longer allowed. */
export type WriteGuard = () => void;

const guards = new AsyncLocalStorage<WriteGuard>();

/**
 * Calls `guard` directly before each request of `work` that may change something on GitHub, even if another function
 * makes the request or it waited long for its turn. If the guard throws, the request throws that error and is not sent.
 *
 * GitHub does not check leases: a process that was paused until its lease ended would repeat what another has done
 * meanwhile. As an argument from function to function, the guard would be forgotten somewhere.
 */
export function guardWrites<T>(guard: WriteGuard, work: () => Promise<T>): Promise<T> {
  return guards.run(guard, work);
}

/** The guard of the current work; if there is none, one that allows everything. */
export function currentWriteGuard(): WriteGuard {
  return guards.getStore() ?? (() => {});
}
