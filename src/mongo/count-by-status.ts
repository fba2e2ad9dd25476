import type { Model } from "mongoose";

/** Up to so many documents of one status are counted each time. */
const COUNTED_MAX = 200;
/** Counting all of them takes at most this share of the time. */
const SHARE_MAX = 0.01;

type Counted<Status extends string> = Pick<Model<{ status: Status }>, "aggregate" | "collection">;

interface Whole {
  readonly count: number;
  /** When they may be counted again, on Node's monotonic clock, in milliseconds. */
  readonly againAtMs: number;
}

/**
 * Counts the documents of each status, at a cost that does not grow with them: up to `COUNTED_MAX` they are counted each time. Where
 * there are more, the number is that of the last whole count, which is then repeated in the background; only the first one is
 * waited for. The collection needs an index that begins with the status.
 */
export class StatusCounts<Status extends string> {
  readonly #model: Counted<Status>;
  readonly #statuses: readonly Status[];
  readonly #wholes = new Map<Status, Whole>();
  readonly #running = new Map<Status, Promise<number>>();

  constructor(model: Counted<Status>, statuses: readonly Status[]) {
    this.#model = model;
    this.#statuses = statuses;
  }

  /** The number of documents of each status that occurs. */
  async read(): Promise<ReadonlyMap<Status, number>> {
    const [first = [], ...others] = this.#statuses.map((status) =>
      counting(status, [{ $limit: COUNTED_MAX }]),
    );
    const coll = this.#model.collection.collectionName;
    const counted = await this.#model.aggregate<{ _id: Status; count: number }>([
      ...first,
      ...others.map((pipeline) => ({ $unionWith: { coll, pipeline } })),
    ]);
    const counts = counted.map(async ({ _id: status, count }) => {
      return [status, count < COUNTED_MAX ? count : await this.#many(status)] as const;
    });
    return new Map(await Promise.all(counts));
  }

  async #many(status: Status): Promise<number> {
    const known = this.#wholes.get(status);
    if (!known) return this.#countAll(status);
    // If it fails, the next one is tried; MongoDB's absence shows in `read` itself.
    if (performance.now() >= known.againAtMs) this.#countAll(status).catch(() => {});
    return known.count;
  }

  #countAll(status: Status): Promise<number> {
    const running = this.#running.get(status) ?? this.#count(status);
    this.#running.set(status, running);
    return running;
  }

  async #count(status: Status): Promise<number> {
    const startedMs = performance.now();
    try {
      const [found] = await this.#model.aggregate<{ count: number }>(counting(status));
      const count = found?.count ?? 0;
      const endedMs = performance.now();
      this.#wholes.set(status, { count, againAtMs: endedMs + (endedMs - startedMs) / SHARE_MAX });
      return count;
    } finally {
      this.#running.delete(status);
    }
  }
}

/** Reads no document: its entries in the index are enough. */
function counting(status: string, limit: readonly { readonly $limit: number }[] = []) {
  return [{ $match: { status } }, ...limit, { $group: { _id: { $literal: status }, count: { $sum: 1 } } }];
}
