// Brings events to the webhooks, and to tests that watch GitHub.

import type { WorldEvent } from "./world-event.ts";

/**
 * Takes what it needs from the event and the state before its promise settles. The acting request continues
 * only then, so a payload is a snapshot of the moment. Slow work that follows (an HTTP delivery) is not awaited
 * here.
 */
export type WorldEventListener = (event: WorldEvent) => void | Promise<void>;

/** A typed bus; listeners get the events in the order in which they were raised. */
export class EventBus {
  readonly #listeners = new Set<WorldEventListener>();

  /** Adds a listener; returns a function that removes it. */
  on(listener: WorldEventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Calls every listener; a listener's error is the caller's error, because a lost event would hide a bug. */
  async raise(event: WorldEvent): Promise<void> {
    for (const listener of this.#listeners) await listener(event);
  }
}
