import { OrbError } from "../errors.ts";
import { type Deadline, notConfirmed } from "./deadline.ts";

/** After a large write those who were in it come again, one after the other; so long the next one waits for them. */
const GATHER_MS = 3;

interface Options<Item, Result> {
  /** Writes many at once, within the time of the latest of them; answers for each, in order. */
  readonly commit: (items: readonly Item[], deadline: Deadline) => Promise<readonly Result[]>;
  readonly batchMax: number;
  readonly inFlightMax: number;
  /** So many must wait that they are written beside a write that is under way. */
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
 * Writes together what comes in while an earlier write is under way: a journal is written once for many, and nobody
 * waits for company where there is none. Where many came at once, the next write waits for them a moment: measured, that
 * stores twice as many.
 */
export class GroupCommit<Item, Result> {
  readonly #options: Options<Item, Result>;
  /**
   * The oldest first. Not a Set: whenever one grows or shrinks, V8 leaves a table behind with all that waited then, and once it
   * is in the old generation it keeps them alive until the next full collection.
   */
  readonly #waiting: Waiting<Item, Result>[] = [];
  #inFlight = 0;
  /** How many were in the write that ended last; forgotten soon after. */
  #expected = 0;
  #gathering: NodeJS.Timeout | undefined;

  constructor(options: Options<Item, Result>) {
    this.#options = options;
  }

  /**
   * Resolves once the item is written.
   *
   * @param deadline for the queue and the write together
   * @throws OrbError `mongodb_unavailable` at the deadline: the item may be written or not; `overloaded` where too many
   * wait already; whatever `commit` throws
   */
  async add(item: Item, deadline: Deadline): Promise<Result> {
    if (this.#waiting.length >= this.#options.waitingMax) throw overloaded();
    const { promise, resolve, reject } = Promise.withResolvers<Result>();
    const timer = setTimeout(() => {
      // All wait equally long, so it is the first, or no longer there: then it is being written, and its result comes too late.
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

  /** A second write beside the first only for many: it costs as much for one, and the next to come would miss it. */
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
