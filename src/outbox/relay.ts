import type { RedisClient } from "../redis/client.ts";
import type { OutboxTelemetry } from "../telemetry/outbox.ts";
import { toCloudEvent } from "./cloud-event.ts";
import { addEvents, EVENTS_IN_STREAM_MAX } from "./event-stream.ts";
import type { OutboxStore } from "./store.ts";
import type { RelayLease } from "./relay-lease-store.ts";

const BATCH_EVENTS = 200;
/** How long a loss of data in Redis can stay unnoticed if no new event comes. */
const CHECK_EVERY_MS = 5_000;

interface Deps {
  readonly store: OutboxStore;
  readonly turns: RelayLease;
  readonly owner: string;
  /** How long a dead process keeps the turn. */
  readonly turnMs: number;
  readonly redis: RedisClient;
  readonly telemetry: OutboxTelemetry;
  readonly now: () => Date;
}

/**
 * Relays events from the outbox to the Redis stream `orb:events`, at least once and per project in order. Only one
 * process relays at a time, because two would overtake each other.
 *
 * Redis may lose events: if it is killed, all of them without persistence, or the last second with it; and after a
 * failover, those that the replica lacked. Each event stores how far the stream had come with it. A stream that is behind
 * that place has lost the events after its end, and they are relayed again.
 */
export class Relay {
  readonly #deps: Deps;
  #checkedAtMs = 0;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether there may be more */
  async relayBatch(): Promise<boolean> {
    const { store, telemetry, redis, now } = this.#deps;
    const checkIsDue = now().getTime() - this.#checkedAtMs >= CHECK_EVERY_MS;
    // This check comes first: taking the turn is a write, and usually there is nothing to relay.
    if (!checkIsDue && !(await store.hasUnrelayed())) return false;
    if (!(await this.#takeTurn())) return false;
    const events = await store.unrelayed(BATCH_EVENTS);
    const json = events.map((event) => JSON.stringify(toCloudEvent(event)));
    const { behind, last } = await addEvents(redis, json, { reached: await store.reached() });
    if (behind) return this.#relayAgain(last);
    this.#checkedAtMs = now().getTime();
    const [oldest] = events;
    if (!oldest) return false;
    await store.markRelayed(events, { at: now(), as: last });
    telemetry.relayed({ count: events.length, oldest: oldest.time, now: now() });
    return true;
  }

  /** When to call `relayBatch` again if no event comes: for the next check of Redis, or when another's turn ends. */
  async nextCheckAt(): Promise<Date> {
    const { turns, owner, turnMs, now } = this.#deps;
    const othersUntil = await turns.othersUntil({ owner, now: now(), turnMs });
    return othersUntil ?? new Date(this.#checkedAtMs + CHECK_EVERY_MS);
  }

  /** Lets another process continue at once, instead of waiting until the turn ends. */
  async giveBackTurn(): Promise<void> {
    await this.#deps.turns.giveBack(this.#deps.owner);
  }

  /** Relays the events after the stream's end again, at most as many as a stream holds. */
  async #relayAgain(end: string): Promise<boolean> {
    const { store, telemetry } = this.#deps;
    const count = await store.forgetRelayed({ after: end, newestMax: EVENTS_IN_STREAM_MAX });
    telemetry.lostByRedis(count);
    return true;
  }

  async #takeTurn(): Promise<boolean> {
    const { turns, owner, turnMs, now } = this.#deps;
    return turns.take({ owner, now: now(), turnMs });
  }
}
