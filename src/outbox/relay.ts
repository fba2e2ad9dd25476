import type { RedisClient } from "../redis/client.ts";
import type { Telemetry } from "../telemetry.ts";
import { toCloudEvent } from "./cloud-event.ts";

import type { OutboxStore, StoredEvent } from "./store.ts";
import type { TurnStore } from "./turn-store.ts";

const EVENTS_STREAM = "orb:events";
const EVENTS_IN_STREAM_MAX = 100_000;
const BATCH_EVENTS = 200;

interface Deps {
  readonly store: OutboxStore;
  readonly turns: TurnStore;
  readonly owner: string;
  /** How long the turn stays with a process that has died. */
  readonly turnMs: number;
  readonly redis: RedisClient;
  readonly telemetry: Telemetry;
  readonly now: () => Date;
}

/**
 * Carries events from the outbox to the Redis stream `orb:events`, at least once and per project in order. One
 * process does it at a time: two would overtake each other.
 */
export class Relay {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether there may be more. */
  async relayBatch(): Promise<boolean> {
    const { store, telemetry, now } = this.#deps;
    // Looked for first: taking the turn is a write, and most of the time there is nothing to relay.
    if (!(await store.hasUnrelayed()) || !(await this.#takeTurn())) return false;
    const events = await store.unrelayed(BATCH_EVENTS);
    const [oldest] = events;
    if (!oldest) return false;
    await this.#publish(events);
    await store.markRelayed(events, now());
    telemetry.eventsRelayed({ count: events.length, oldest: oldest.time, now: now() });
    return true;
  }

  /** Lets another process go on at once, where it would else wait for the turn to run out. */
  async giveBackTurn(): Promise<void> {
    await this.#deps.turns.giveBack(this.#deps.owner);
  }

  async #takeTurn(): Promise<boolean> {
    const { turns, owner, turnMs, now } = this.#deps;
    const start = now();
    return turns.take({ owner, now: start, until: new Date(start.getTime() + turnMs) });
  }

  async #publish(events: readonly StoredEvent[]): Promise<void> {
    const pipeline = this.#deps.redis.pipeline();
    for (const event of events) {
      const json = JSON.stringify(toCloudEvent(event));
      pipeline.xadd(EVENTS_STREAM, "MAXLEN", "~", EVENTS_IN_STREAM_MAX, "*", "event", json);
    }
    const results = (await pipeline.exec()) ?? [];
    for (const [error] of results) if (error) throw error;
  }
}
