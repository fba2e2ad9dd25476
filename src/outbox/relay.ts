import type { RedisClient } from "../redis/client.ts";
import type { OutboxTelemetry } from "../telemetry/outbox.ts";
import { toCloudEvent } from "./cloud-event.ts";
import { addEvents, EVENTS_IN_STREAM_MAX } from "./event-stream.ts";
import { BEFORE_ALL } from "./rules/entry-place.ts";
import type { OutboxStore, StoredEvent } from "./store.ts";
import type { RelayLease } from "./relay-lease-store.ts";

const BATCH_EVENTS_MAX = 200;
/** A batch ends with the event that exceeds it, so that Redis and this process hold little at once. */
const BATCH_CHARACTERS_MAX = 4_000_000;
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
 * process relays at a time, because two would overtake each other. A process that was paused for longer than its turn adds
 * nothing when it goes on: it knows the end of the stream from before it read its events, and another has moved it since.
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
  /** The place of an entry that was added without a mark, perhaps by a process that died. */
  #known = BEFORE_ALL;

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
    // The end of the stream comes first: whatever another process adds after that shows that these events are outdated.
    const reached = await store.reached();
    const known = this.#known > reached ? this.#known : reached;
    const { events, json } = await this.#nextBatch();
    const { outcome, last } = await addEvents(redis, json, { reached, known });
    if (outcome === "behind") return this.#relayAgain(last);
    if (outcome === "moved") {
      this.#known = last;
      return true;
    }
    this.#isBehind = false;
    if (events.length === 0) return false;
    await store.markRelayed(events, { at: now(), as: last });
    this.#reached = last;
    telemetry.relayed(events.length);
    return true;
  }

  /** When to call `relayBatch` again if no event comes: when another's turn ends, or to read the place in the stream. */
  async nextDueAt(): Promise<Date> {
    const { turns, owner, turnMs, now } = this.#deps;
    const othersUntil = this.#waitsForTurn ? await turns.othersUntil({ owner, now: now(), turnMs }) : null;
    return othersUntil ?? new Date(this.#readAtMs + READ_EVERY_MS);
  }

  /**
   * Asks Redis, and not MongoDB, whether the stream has lost events. If so, the next `relayBatch` relays them again.
   *
   * @returns whether it has
   */
  async hasStreamLost(): Promise<boolean> {
    const reached = this.#reached;
    if (reached === null) return false;
    const { outcome } = await addEvents(this.#deps.redis, [], { reached, known: reached });
    const isBehind = outcome === "behind";
    this.#isBehind ||= isBehind;
    return isBehind;
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

  async #nextBatch(): Promise<{ readonly events: StoredEvent[]; readonly json: string[] }> {
    const events: StoredEvent[] = [];
    const json: string[] = [];
    let characters = 0;
    for await (const event of this.#deps.store.unrelayed(BATCH_EVENTS_MAX)) {
      const text = JSON.stringify(toCloudEvent(event));
      events.push(event);
      json.push(text);
      characters += text.length;
      if (characters > BATCH_CHARACTERS_MAX) break;
    }
    return { events, json };
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
