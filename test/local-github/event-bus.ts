// The way by which what happened reaches whoever tells it on: webhooks, and tests that look over GitHub's shoulder.

import type { WorldEvent } from "./world-event.ts";

/**
 * Takes from the event and the state what it needs before its promise settles: the acting request goes on only
 * then, so a payload is a snapshot of the moment. Slow work that follows (an HTTP delivery) is not awaited here.
 */
export type WorldEventListener = (event: WorldEvent) => void | Promise<void>;

/** A typed bus; listeners hear the events in the order in which they were raised. */
export class EventBus {
  readonly #listeners = new Set<WorldEventListener>();

  /** Adds a listener; what comes back takes it off again. */
  on(listener: WorldEventListener): () => void {
    this.#listeners.add(listener);
    return () => {
      this.#listeners.delete(listener);
    };
  }

  /** Tells every listener; a listener's error is the caller's error, since a lost event would hide a bug. */
  async raise(event: WorldEvent): Promise<void> {
    for (const listener of this.#listeners) await listener(event);
  }
}
