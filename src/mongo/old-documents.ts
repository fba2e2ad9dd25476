import type { Model, QueryFilter } from "mongoose";

/** Documents that one delete removes: few enough that others write between two of them. */
const REMOVED_AT_ONCE = 500;
/** So a run takes seconds. The next one goes on where it stopped. */
const BATCHES_PER_RUN_MAX = 40;

/** Documents that nobody needs after a while. */
interface Rules<T, Id> {
  readonly model: Model<T>;
  /** Which documents may be removed at all. An index on its fields, `at` and `_id` should serve it. */
  readonly where: QueryFilter<T>;
  /** The field with the time from which on they are kept for a while. */
  readonly at: keyof T & string;
  /** Chooses from a batch those that may go; without it all of them. */
  readonly choose?: (batch: readonly (T & { _id: Id })[]) => Promise<readonly Id[]>;
  /** Fields that `choose` reads. */
  readonly reads?: readonly (keyof T & string)[];
  /**
   * Removes the documents that still match `old`; without it a plain delete does.
   *
   * @returns how many were removed
   */
  readonly remove?: (ids: readonly Id[], old: QueryFilter<T>) => Promise<number>;
}

export interface Removed {
  readonly removed: number;
  /** There may be more to remove now. */
  readonly more: boolean;
}

/**
 * Removes documents that are older than a time, the oldest first, in batches. An index that lets MongoDB expire documents
 * would not do: its time can't be a setting of the process, and it can't ask whether another document needs this one.
 */
export class OldDocuments<T, Id> {
  readonly #rules: Rules<T, Id>;
  /** The last document that was examined; `null` to begin with the oldest. Some stay, and must not hide those behind them. */
  #reached: { readonly at: unknown; readonly id: Id } | null = null;

  constructor(rules: Rules<T, Id>) {
    this.#rules = rules;
  }

  /** Removes a bounded part of what is older than `before`. */
  async remove(before: Date): Promise<Removed> {
    const { where, at } = this.#rules;
    const old = { ...where, [at]: { $lt: before } } as QueryFilter<T>;
    let removed = 0;
    for (let batch = 0; batch < BATCHES_PER_RUN_MAX; batch++) {
      const found = await this.#next(old);
      removed += await this.#removeFrom(found, old);
      const last = found.at(-1);
      this.#reached = last && found.length === REMOVED_AT_ONCE ? { at: last[at], id: last._id } : null;
      if (!this.#reached) return { removed, more: false };
    }
    return { removed, more: true };
  }

  async #next(old: QueryFilter<T>): Promise<(T & { _id: Id })[]> {
    const { model, at, reads = [] } = this.#rules;
    const reached = this.#reached;
    const after = reached && {
      $or: [{ [at]: { $gt: reached.at } }, { [at]: reached.at, _id: { $gt: reached.id } }],
    };
    return model
      .find({ ...old, ...after } as QueryFilter<T>)
      .select([at, ...reads])
      .sort({ [at]: 1, _id: 1 })
      .limit(REMOVED_AT_ONCE)
      .lean<(T & { _id: Id })[]>();
  }

  async #removeFrom(found: readonly (T & { _id: Id })[], old: QueryFilter<T>): Promise<number> {
    const { model, choose, remove } = this.#rules;
    const ids = choose ? await choose(found) : found.map(({ _id }) => _id);
    if (ids.length === 0) return 0;
    if (remove) return remove(ids, old);
    const { deletedCount } = await model.deleteMany({ ...old, _id: { $in: ids } } as QueryFilter<T>);
    return deletedCount;
  }
}
