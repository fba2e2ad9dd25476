import type { Model } from "mongoose";
import { type DueWork, fairOrder, fullShares } from "../work/rules/fair-order.ts";
import type { Choose, Filter } from "./choose-due.ts";
import { type Work, WORK_SCHEMA } from "./leased-work.ts";

/** Work of which each share gets its part of the lanes. */
export interface SharedWork extends Work {
  /** The installation for which it is done. */
  share: string;
  /** Somebody waits for it. */
  urgent: boolean;
}

export const SHARED_WORK_SCHEMA = {
  ...WORK_SCHEMA,
  share: { type: String, default: "" },
  urgent: { type: Boolean, default: false },
};

/** The work of a new document, which is due at once. */
export function newSharedWork(
  now: Date,
  { share, urgent }: Pick<SharedWork, "share" | "urgent">,
): SharedWork {
  return { dueAt: now, owner: null, epoch: 0, attempts: 0, crashes: 0, share, urgent };
}

/** The index that finds what is due longest. */
export const BY_TIME = { "work.owner": 1, "work.dueAt": 1 } as const;
/** The index that finds due work of one share after the other. */
export const BY_SHARE = { "work.owner": 1, "work.urgent": 1, "work.share": 1, "work.dueAt": 1 } as const;

/** While only full shares have work that is due, the index is not searched for others more often than this. */
const SEARCH_AGAIN_MS = 250;

interface Options {
  /** The number of lanes of a process. */
  readonly lanes: number;
}

interface Found<Id> extends DueWork {
  readonly id: Id;
}

interface Stored<Id> {
  readonly _id: Id;
  readonly work: Pick<SharedWork, "dueAt"> & Partial<Pick<SharedWork, "share" | "urgent">>;
}

/**
 * Chooses work as `fairOrder` says. If little is due, that is one query, which reads all of it. Otherwise it asks for the work
 * of other shares than those that the lanes are working for: a search of an index that reads one key for each share. It begins
 * behind the share that it found last, so that each has its turn.
 */
export class FairChoice<T extends { work: SharedWork }, Id> {
  readonly #model: Model<T>;
  readonly #options: Options;
  #lastShare = "";
  #searchAgainAt = 0;

  constructor(model: Model<T>, options: Options) {
    this.#model = model;
    this.#options = options;
  }

  readonly choose: Choose<Id> = async (due, { except, serving, limit }) => {
    const filter = { ...due, _id: { $nin: except } };
    const oldest = await this.#read(filter, { sort: { "work.dueAt": 1 }, limit });
    const { lanes } = this.#options;
    const found =
      oldest.length < limit ? oldest : [...oldest, ...(await this.#others(filter, { serving, limit }))];
    return fairOrder(found, { serving, lanes }).map(({ id }) => id);
  };

  /** Urgent work of all that may have another lane. If none of it is of another share: the looks of others. */
  async #others(
    filter: Filter,
    { serving, limit }: { readonly serving: readonly string[]; readonly limit: number },
  ): Promise<Found<Id>[]> {
    const full = fullShares(serving, this.#options.lanes);
    const urgent = await this.#byShare(
      { ...filter, "work.urgent": true, "work.share": { $nin: full } },
      limit,
    );
    const more =
      urgent.length < limit
        ? []
        : await this.#ofOtherShares({ ...filter, "work.urgent": true }, serving, limit);
    const all = [...urgent, ...more];
    const nowMs = performance.now();
    if (all.some(({ share }) => !serving.includes(share)) || nowMs < this.#searchAgainAt) return all;
    const looks = await this.#ofOtherShares({ ...filter, "work.urgent": false }, serving, limit);
    if (looks.length === 0) this.#searchAgainAt = nowMs + SEARCH_AGAIN_MS;
    return [...all, ...looks];
  }

  async #ofOtherShares(filter: Filter, serving: readonly string[], limit: number): Promise<Found<Id>[]> {
    for (const range of [{ $gt: this.#lastShare }, { $lte: this.#lastShare }]) {
      const found = await this.#byShare({ ...filter, "work.share": { ...range, $nin: serving } }, limit);
      const [first] = found;
      if (!first) continue;
      this.#lastShare = first.share;
      return found;
    }
    return [];
  }

  #byShare(filter: Filter, limit: number): Promise<Found<Id>[]> {
    return this.#read(filter, { hint: BY_SHARE, limit });
  }

  async #read(
    filter: Filter,
    options: { sort?: object; hint?: object; limit: number },
  ): Promise<Found<Id>[]> {
    const stored = await this.#model
      .find(filter as never, { work: 1 }, options as never)
      .lean<Stored<Id>[]>();
    return stored.map(({ _id: id, work: { share = "", urgent = false, dueAt } }) => ({
      id,
      share,
      urgent,
      dueAt: dueAt ?? new Date(0),
    }));
  }
}
