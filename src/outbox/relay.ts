import type { RedisClient } from "../redis/client.ts";
import type { OutboxTelemetry } from "../telemetry/outbox.ts";
import { toCloudEvent } from "./cloud-event.ts";
import { addEvents, EVENTS_IN_STREAM_MAX } from "./event-stream.ts";
import type { OutboxStore } from "./store.ts";
import type { RelayLease } from "./relay-lease-store.ts";

const BATCH_EVENTS = 200;
/** How long a loss of data in Redis can stay unnoticed if no new event comes. */
export const CHECK_EVERY_MS = 5_000;
/** How long this process compares the stream with a place that it has read before: another process may have relayed more. */
const READ_EVERY_MS = 30_000;

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
  #reached: string | null = null;
  #readAtMs = 0;
  #isBehind = false;
  /** Whether another process had the turn at the last try. */
  #waitsForTurn = false;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether there may be more */
  async relayBatch(): Promise<boolean> {
    const { store, telemetry, redis, now } = this.#deps;
    await this.#readReached();
    // This check comes first: taking the turn is a write, and usually there is nothing to relay.
    const isNeeded = this.#isBehind || (await store.hasUnrelayed());
    this.#waitsForTurn = isNeeded && !(await this.#takeTurn());
    if (!isNeeded || this.#waitsForTurn) return false;
    const events = await store.unrelayed(BATCH_EVENTS);
    const json = events.map((event) => JSON.stringify(toCloudEvent(event)));
    const { behind, last } = await addEvents(redis, json, { reached: await store.reached() });
    if (behind) return this.#relayAgain(last);
    this.#isBehind = false;
    const [oldest] = events;
    if (!oldest) return false;
    await store.markRelayed(events, { at: now(), as: last });
    this.#reached = last;
    telemetry.relayed({ count: events.length, oldest: oldest.time, now: now() });
    return true;
  }

  /** When to call `relayBatch` again if no event comes: when another's turn ends, or to read the place in the stream. */
  async nextDueAt(): Promise<Date> {
    const { turns, owner } = this.#deps;
    const othersUntil = this.#waitsForTurn ? await turns.othersUntil(owner) : null;
    return othersUntil ?? new Date(this.#readAtMs + READ_EVERY_MS);
  }

  /**
   * Asks Redis, and not MongoDB, whether the stream has lost events. If so, the next `relayBatch` relays them again.
   *
   * @returns whether it has
   */
  async hasStreamLost(): Promise<boolean> {
    if (this.#reached === null) return false;
    const { behind } = await addEvents(this.#deps.redis, [], { reached: this.#reached });
    this.#isBehind ||= behind;
    return behind;
  }

  async #readReached(): Promise<void> {
    const { store, now } = this.#deps;
    if (now().getTime() - this.#readAtMs < READ_EVERY_MS) return;
    this.#reached = await store.reached();
    this.#readAtMs = now().getTime();
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
    const start = now();
    return turns.take({ owner, now: start, until: new Date(start.getTime() + turnMs) });
  }
}
