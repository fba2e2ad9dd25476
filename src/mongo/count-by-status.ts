import type { Model } from "mongoose";

/** Up to so many documents of one status are counted each time. */
const COUNTED_MAX = 200;
/** Counting all of them takes at most this share of the time. */
const SHARE_MAX = 0.01;

type Counted<Status extends string> = Pick<Model<{ status: Status }>, "aggregate" | "collection">;

/** How many documents of one status have each value of the second field; `null` also for those without it. */
type Parts = ReadonlyMap<string | null, number>;

interface Whole {
  readonly parts: Parts;
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
  readonly #within: string | null;
  readonly #wholes = new Map<Status, Whole>();
  readonly #running = new Map<Status, Promise<Parts>>();

  /** @param within a second field, of few values, whose values are counted for each status; the index must have it too */
  constructor(
    model: Counted<Status>,
    statuses: readonly Status[],
    { within = null }: { within?: string | null } = {},
  ) {
    this.#model = model;
    this.#statuses = statuses;
    this.#within = within;
  }

  /** The number of documents of each status that occurs. */
  async read(): Promise<ReadonlyMap<Status, number>> {
    const parts = await this.readParts();
    return new Map([...parts].map(([status, counts]) => [status, sumOf(counts)] as const));
  }

  /** Of each status that occurs, the number of documents of each value of the second field that occurs. */
  async readParts(): Promise<ReadonlyMap<Status, Parts>> {
    const [first = [], ...others] = this.#statuses.map((status) =>
      this.#counting(status, [{ $limit: COUNTED_MAX }]),
    );
    const coll = this.#model.collection.collectionName;
    const counted = await this.#model.aggregate<Row<Status>>([
      ...first,
      ...others.map((pipeline) => ({ $unionWith: { coll, pipeline } })),
    ]);
    const counts = [...Map.groupBy(counted, ({ _id }) => _id.status)].map(async ([status, rows]) => {
      const few = partsOf(rows);
      return [status, sumOf(few) < COUNTED_MAX ? few : await this.#many(status)] as const;
    });
    return new Map(await Promise.all(counts));
  }

  async #many(status: Status): Promise<Parts> {
    const known = this.#wholes.get(status);
    if (!known) return this.#countAll(status);
    // If it fails, the next one is tried; MongoDB's absence shows in `read` itself.
    if (performance.now() >= known.againAtMs) this.#countAll(status).catch(() => {});
    return known.parts;
  }

  #countAll(status: Status): Promise<Parts> {
    const running = this.#running.get(status) ?? this.#count(status);
    this.#running.set(status, running);
    return running;
  }

  async #count(status: Status): Promise<Parts> {
    const startedMs = performance.now();
    try {
      const parts = partsOf(await this.#model.aggregate<Row<Status>>(this.#counting(status)));
      const endedMs = performance.now();
      this.#wholes.set(status, { parts, againAtMs: endedMs + (endedMs - startedMs) / SHARE_MAX });
      return parts;
    } finally {
      this.#running.delete(status);
    }
  }

  /** Reads no document: its entries in the index are enough. */
  #counting(status: Status, limit: readonly { readonly $limit: number }[] = []) {
    const part = this.#within === null ? null : { $ifNull: [`$${this.#within}`, null] };
    const _id = { status: { $literal: status }, part };
    return [{ $match: { status } }, ...limit, { $group: { _id, count: { $sum: 1 } } }];
  }
}

interface Row<Status extends string> {
  readonly _id: { readonly status: Status; readonly part: string | null };
  readonly count: number;
}

function partsOf(rows: readonly Row<string>[]): Parts {
  return new Map(rows.map(({ _id, count }) => [_id.part, count]));
}

function sumOf(parts: Parts): number {
  return [...parts.values()].reduce((sum, count) => sum + count, 0);
}
