import { type DueWork, fullShares } from "../../work/rules/fair-order.ts";
import type { Filter } from "./choose-due.ts";
import { BY_SHARE } from "./shared-work.ts";

/** While only full shares have work that is due, the index is not searched for others more often than this. */
const SEARCH_AGAIN_MS = 250;

interface Options<Found> {
  /** The number of lanes of a process. */
  readonly lanes: number;
  /** Reads documents in the order of the index that is given as a hint. */
  readonly read: (
    filter: Filter,
    options: { readonly hint: typeof BY_SHARE; readonly limit: number },
  ) => Promise<Found[]>;
}

interface Asked {
  /** The share of each lane that is working; also of work that is known already. */
  readonly serving: readonly string[];
  readonly limit: number;
}

/**
 * Finds work of other shares than those that the lanes are working for, however much is due: a search of an index that reads
 * one key for each share. It begins behind the share that it found last, so that each has its turn.
 */
export class OtherShares<Found extends DueWork> {
  readonly #options: Options<Found>;
  #lastShare = "";
  #searchAgainAt = 0;

  constructor(options: Options<Found>) {
    this.#options = options;
  }

  /**
   * Urgent work of all that may have another lane. If none of it is of another share: the looks of others.
   *
   * @param due the filter of due documents
   */
  async find(due: Filter, { serving, limit }: Asked): Promise<Found[]> {
    const full = fullShares(serving, this.#options.lanes);
    const urgent = await this.#byShare({ ...due, "work.urgent": true, "work.share": { $nin: full } }, limit);
    const more =
      urgent.length < limit ? [] : await this.#ofOthers({ ...due, "work.urgent": true }, { serving, limit });
    const all = [...urgent, ...more];
    const nowMs = performance.now();
    if (all.some(({ share }) => !serving.includes(share)) || nowMs < this.#searchAgainAt) return all;
    const looks = await this.#ofOthers({ ...due, "work.urgent": false }, { serving, limit });
    if (looks.length === 0) this.#searchAgainAt = nowMs + SEARCH_AGAIN_MS;
    return [...all, ...looks];
  }

  async #ofOthers(due: Filter, { serving, limit }: Asked): Promise<Found[]> {
    for (const range of [{ $gt: this.#lastShare }, { $lte: this.#lastShare }]) {
      const found = await this.#byShare({ ...due, "work.share": { ...range, $nin: serving } }, limit);
      const [first] = found;
      if (!first) continue;
      this.#lastShare = first.share;
      return found;
    }
    return [];
  }

  #byShare(filter: Filter, limit: number): Promise<Found[]> {
    return this.#options.read(filter, { hint: BY_SHARE, limit });
  }
}
