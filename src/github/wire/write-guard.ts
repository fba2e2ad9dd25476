import { AsyncLocalStorage } from "node:async_hooks";

/** Throws if writing is no longer allowed. */
export type WriteGuard = () => void;

/** A piece of work that may write to GitHub. */
export interface Writer {
  /** Called directly before each write. */
  readonly guard: WriteGuard;
  /** Names the work among all that wait for their turn to write; the same each time that the work is continued. */
  readonly turn: string | null;
  /** Gives back the writes that were reserved and not made; `null` if none are reserved. */
  leave: (() => Promise<void>) | null;
}

const writers = new AsyncLocalStorage<Writer>();

/**
 * Calls `guard` directly before each request of `work` that may change something on GitHub, even if another function
 * makes the request or it waited long for its turn. If the guard throws, the request throws that error and is not sent.
 *
 * GitHub does not check leases: a process that was paused until its lease ended would repeat what another has done
 * meanwhile. As an argument from function to function, the guard would be forgotten somewhere.
 *
 * @param turn names the work when it waits for its turn to write. Writes that it reserved and did not make are given back
 * at its end, unless it ends because it has to wait.
 */
export function guardWrites<T>(
  { guard, turn }: Pick<Writer, "guard" | "turn">,
  work: () => Promise<T>,
): Promise<T> {
  const writer: Writer = { guard, turn, leave: null };
  return writers.run(writer, async () => {
    try {
      return await work();
    } finally {
      await writer.leave?.();
    }
  });
}

const NOBODY: Writer = { guard: () => {}, turn: null, leave: null };

/** The current work; if there is none, one without a turn to which everything is allowed. */
export function currentWriter(): Writer {
  return writers.getStore() ?? NOBODY;
}
