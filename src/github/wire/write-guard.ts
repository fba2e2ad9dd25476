import { AsyncLocalStorage } from "node:async_hooks";

/** Throws where nothing may be written any more. */
export type WriteGuard = () => void;

const guards = new AsyncLocalStorage<WriteGuard>();

/**
 * Calls `guard` directly before each request of `work` that may change something on GitHub, whichever function makes it
 * and however long it waited for its turn; what the guard throws is thrown in the place of the answer, and nothing is sent.
 *
 * GitHub knows nothing of leases: a process that was stopped past its own would do once more what another has done
 * meanwhile. Handed on from function to function the guard would be forgotten in one of them.
 */
export function guardWrites<T>(guard: WriteGuard, work: () => Promise<T>): Promise<T> {
  return guards.run(guard, work);
}

/** The guard of the work that this is part of; one that lets everything pass where there is none. */
export function currentWriteGuard(): WriteGuard {
  return guards.getStore() ?? (() => {});
}
