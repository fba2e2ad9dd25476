import { OrbError } from "../errors.ts";
import { type Deadline, notConfirmed } from "../mongo/deadline.ts";

/** After a large write, its callers return one by one with more; the next write waits this long for them. */
const GATHER_MS = 3;

interface Options<Item, Result> {
  /** Writes many items at once, before the latest of their deadlines; returns a result for each, in order. */
  readonly commit: (items: readonly Item[], deadline: Deadline) => Promise<readonly Result[]>;
  readonly batchMax: number;
  readonly inFlightMax: number;
  /** How many items must wait before a second write starts beside the current one. */
  readonly besideMin: number;
  readonly waitingMax: number;
}

interface Waiting<Item, Result> {
  readonly item: Item;
  readonly resolve: (result: Result) => void;
  readonly reject: (error: unknown) => void;
  readonly deadline: Deadline;
  readonly timer: NodeJS.Timeout;
}

/**
 * Collects the items that arrive during a write and writes them together: the journal is written once for many, and a
 * single item does not wait for others. After a large write, the next one waits a moment for more items: measured, that
 * stores twice as many.
 */
export class GroupCommit<Item, Result> {
  readonly #options: Options<Item, Result>;
  /**
   * The oldest first. Not a Set: whenever a Set grows or shrinks, V8 leaves its old table behind with all its items, and
   * a table in the old generation keeps them alive until the next full collection.
   */
  readonly #waiting: Waiting<Item, Result>[] = [];
  #inFlight = 0;
  /** The size of the last write; reset to 0 soon after it. */
  #expected = 0;
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: Options<Item, Result>) {
    this.#options = options;
  }

  /**
   * Resolves once the item is written.
   *
   * @param deadline for the queue and the write together
   * @throws OrbError `mongodb_unavailable` at the deadline: the item may be written or not; `overloaded` if too many
   * items wait already; also any error of `commit`
   */
  async add(item: Item, deadline: Deadline): Promise<Result> {
    if (this.#waiting.length >= this.#options.waitingMax) throw overloaded();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const timer = setTimeout(() => {
      // All wait equally long, so this is the first entry; or it is being written, and its result comes too late.
      const place = this.#waiting.indexOf(entry);
      if (place !== -1) this.#waiting.splice(place, 1);
      reject(notConfirmed());
    }, deadline.leftMs);
    const entry = { item, resolve, reject, deadline, timer };
    this.#waiting.push(entry);
    this.#writeSome();
    return promise;
  }

  #writeSome(): void {
    const { batchMax } = this.#options;
    while (this.#mayWrite()) {
      const batch = this.#waiting.splice(0, batchMax);
      this.#inFlight++;
      void this.#write(batch).finally(() => {
        this.#inFlight--;
        this.#gather(batch.length);
        this.#writeSome();
      });
    }
  }

  #gather(expected: number): void {
    this.#expected = expected;
    clearTimeout(this.#gathering);
    this.#gathering = setTimeout(() => {
      this.#expected = 0;
      this.#writeSome();
    }, GATHER_MS);
  }

  /** A second write starts only for many items: for one it costs as much, and the next items would just miss it. */
  #mayWrite(): boolean {
    const { inFlightMax, besideMin } = this.#options;
    if (this.#inFlight === 0) return this.#waiting.length > this.#expected / 2;
    return this.#inFlight < inFlightMax && this.#waiting.length >= besideMin;
  }

  async #write(batch: readonly Waiting<Item, Result>[]): Promise<void> {
    const latest = batch.at(-1);
    if (!latest) return;
    try {
      const items = batch.map(({ item }) => item);
      const results = await this.#options.commit(items, latest.deadline);
      for (const [index, { resolve, reject }] of batch.entries()) {
        const result = results[index];
        if (result === undefined) reject(new Error("A write has no result"));
        else resolve(result);
      }
    } catch (error) {
      for (const { reject } of batch) reject(error);
    } finally {
      for (const { timer } of batch) clearTimeout(timer);
    }
  }
}

function overloaded(): OrbError {
  return new OrbError({
    code: "overloaded",
    reason: "Requests arrive faster than the bot's database can store them.",
    remedy: "Try again after the time in Retry-After.",
  });
}
