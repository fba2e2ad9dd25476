import type { RedisClient } from "../redis/client.ts";
import type { OutboxTelemetry } from "../telemetry/outbox.ts";
import { toCloudEvent } from "./cloud-event.ts";
import { addEvents, EVENTS_IN_STREAM_MAX } from "./event-stream.ts";
import type { OutboxStore } from "./store.ts";
import type { RelayLease } from "./relay-lease-store.ts";

const BATCH_EVENTS = 200;
/** How long Redis may have lost its data unnoticed where nothing new is told. */
const LOOK_EVERY_MS = 5_000;

interface Deps {
  readonly store: OutboxStore;
  readonly turns: RelayLease;
  readonly owner: string;
  /** How long the turn stays with a process that has died. */
  readonly turnMs: number;
  readonly redis: RedisClient;
  readonly telemetry: OutboxTelemetry;
  readonly now: () => Date;
}

/**
 * Carries events from the outbox to the Redis stream `orb:events`, at least once and per project in order. One
 * process does it at a time: two would overtake each other.
 *
 * Redis may lose what it was given: killed without persistence all of it, with it the last second, and what a replica
 * lacked that took over. Each event remembers how far the stream had come with it, so a stream that is not as far any
 * more has lost those beyond, and they are relayed anew.
 */
export class Relay {
  readonly #deps: Deps;
  #lookedAtMs = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether there may be more. */
  async relayBatch(): Promise<boolean> {
    const { store, telemetry, redis, now } = this.#deps;
    const lookIsDue = now().getTime() - this.#lookedAtMs >= LOOK_EVERY_MS;
    // Looked for first: taking the turn is a write, and most of the time there is nothing to relay.
    if (!lookIsDue && !(await store.hasUnrelayed())) return false;
    if (!(await this.#takeTurn())) return false;
    const events = await store.unrelayed(BATCH_EVENTS);
    const json = events.map((event) => JSON.stringify(toCloudEvent(event)));
    const { behind, last } = await addEvents(redis, json, { reached: await store.reached() });
    if (behind) return this.#relayAnew(last);
    this.#lookedAtMs = now().getTime();
    const [oldest] = events;
    if (!oldest) return false;
    await store.markRelayed(events, { at: now(), as: last });
    telemetry.relayed({ count: events.length, oldest: oldest.time, now: now() });
    return true;
  }

  /** When to call `relayBatch` again if nothing new comes: for the next look into Redis, or for another one's turn to end. */
  async nextLookAt(): Promise<Date> {
    const { turns, owner } = this.#deps;
    const othersUntil = await turns.othersUntil(owner);
    return othersUntil ?? new Date(this.#lookedAtMs + LOOK_EVERY_MS);
  }

  /** Lets another process go on at once, where it would else wait for the turn to run out. */
  async giveBackTurn(): Promise<void> {
    await this.#deps.turns.giveBack(this.#deps.owner);
  }

  /** What is beyond the stream's end is as good as not relayed. No more of it than a stream would still hold. */
  async #relayAnew(end: string): Promise<boolean> {
    const { store, telemetry } = this.#deps;
    const count = await store.forgetRelayed({ after: end, newestMax: EVENTS_IN_STREAM_MAX });
    telemetry.lostByRedis(count);
    return true;
  }

  async #takeTurn(): Promise<boolean> {
    const { turns, owner, turnMs, now } = this.#deps;
    const start = now();
    return turns.take({ owner, now: start, until: new Date(start.getTime() + turnMs) });
  }
}
