import { type Model, Schema } from "mongoose";
import type { Heartbeat, Hold } from "../../work/worker.ts";
import type { Database } from "../database.ts";
import { Deadline } from "../deadline.ts";

/** A process, as others see it. */
export interface StoredWorker {
  /** The name of the process, `owner`. */
  _id: string;
  /** Others count on it until then. */
  aliveUntil: Date;
  /** It is about to end on purpose: what it still holds then did not crash it. */
  goodbye?: boolean;
}

/** How long the end of a process is remembered. Work that is taken over later counts as a crash. */
const REMEMBERED_SECONDS = 24 * 60 * 60;

const schema = new Schema<StoredWorker>(
  { _id: String, aliveUntil: { type: Date, required: true }, goodbye: Boolean },
  { id: false, versionKey: false },
);
schema.index({ aliveUntil: 1 }, { expireAfterSeconds: REMEMBERED_SECONDS });

export const WORKERS_COLLECTION = "workers";
const BEATS_PER_LEASE = 3;
/** After a beat that failed the next one comes sooner, so that one failure does not end a lease. */
const TRIES_PER_LEASE = 12;
/** A busy server is given so long to answer, however short leases are. */
const ANSWER_MS_MIN = 1_000;

interface Options {
  readonly owner: string;
  /** How long others count on a process after its last beat, in milliseconds. */
  readonly leaseMs: number;
  readonly now: () => Date;
  readonly onError: (error: unknown) => void;
}

/**
 * Shows the other processes that this one is alive: one document for all that it holds, whatever the collection, so a slow
 * transaction never competes with a renewal. It beats only while something is held: an idle process costs nothing.
 */
export class StoredHeartbeat implements Heartbeat {
  readonly #model: Model<StoredWorker>;
  readonly #options: Options;
  readonly #holds = new Set<Hold>();
  #aliveUntil = new Date(0);
  /** Counts the times when the others could not count on this process. */
  #gaps = 0;
  #beating: Promise<void> | null = null;
  #timer: NodeJS.Timeout | undefined;

  constructor(database: Database, options: Options) {
    this.#options = options;
    this.#model = database.connection.model<StoredWorker>("Worker", schema, WORKERS_COLLECTION);
  }

  /** @throws OrbError `mongodb_unavailable`, or the driver's error, if MongoDB did not store that this process is alive */
  async hold(): Promise<Hold> {
    const { leaseMs, now } = this.#options;
    if (this.#aliveUntil.getTime() - now().getTime() < leaseMs / 2) await this.#beat();
    const gaps = this.#gaps;
    const hold: Hold = {
      isHeld: () => gaps === this.#gaps && this.#isAlive(),
      [Symbol.dispose]: () => void this.#holds.delete(hold),
    };
    this.#holds.add(hold);
    this.#timer ??= this.#beatIn(BEATS_PER_LEASE);
    return hold;
  }

  /**
   * Tells the others that this process is about to end on purpose. What it still holds stays its own until its heartbeat
   * ends, because running work may have effects until then.
   */
  async sayGoodbye(): Promise<void> {
    if (this.#gaps === 0) return; // nobody has ever seen it
    await this.#model.updateOne({ _id: this.#options.owner }, { $set: { goodbye: true } });
  }

  /** Call it before the connection is closed. */
  stop(): void {
    this.#holds.clear();
    clearTimeout(this.#timer);
  }

  #isAlive(): boolean {
    return this.#options.now() < this.#aliveUntil;
  }

  #beatIn(perLease: number): NodeJS.Timeout {
    return setTimeout(() => void this.#keepBeating(), this.#options.leaseMs / perLease).unref();
  }

  async #keepBeating(): Promise<void> {
    this.#timer = undefined;
    if (this.#holds.size === 0) return;
    let perLease = BEATS_PER_LEASE;
    try {
      await this.#beat();
    } catch (error) {
      this.#options.onError(error);
      perLease = TRIES_PER_LEASE;
    }
    this.#timer ??= this.#beatIn(perLease);
  }

  /** One at a time. */
  #beat(): Promise<void> {
    this.#beating ??= this.#store().finally(() => (this.#beating = null));
    return this.#beating;
  }

  async #store(): Promise<void> {
    const { owner, leaseMs, now } = this.#options;
    const aliveUntil = new Date(now().getTime() + leaseMs);
    const beat = this.#model.collection.updateOne(
      { _id: owner } as never,
      // One that was given up may still arrive, after a later one.
      { $max: { aliveUntil } },
      { upsert: true },
    );
    // A connection that does not answer must not keep the next try from another one.
    await new Deadline(Math.max(ANSWER_MS_MIN, leaseMs / BEATS_PER_LEASE)).wait(beat);
    // Until MongoDB had the new one, the others may have seen that the old one had ended.
    if (!this.#isAlive()) this.#gaps += 1;
    this.#aliveUntil = aliveUntil;
  }
}
