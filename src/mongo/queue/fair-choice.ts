import type { Model } from "mongoose";
import { type DueWork, fairOrder } from "../../work/rules/fair-order.ts";
import type { Choose, Filter } from "./choose-due.ts";
import { OtherShares } from "./other-shares.ts";
import type { SharedWork } from "./shared-work.ts";

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
 * of other shares, too.
 */
export class FairChoice<T extends { work: SharedWork }, Id> {
  readonly #model: Model<T>;
  readonly #options: Options;
  readonly #others: OtherShares<Found<Id>>;

  constructor(model: Model<T>, options: Options) {
    this.#model = model;
    this.#options = options;
    this.#others = new OtherShares({ ...options, read: (...asked) => this.#read(...asked) });
  }

  readonly choose: Choose<Id> = async (due, { except, serving, limit }) => {
    const filter = { ...due, _id: { $nin: except } };
    const oldest = await this.#read(filter, { sort: { "work.dueAt": 1 }, limit });
    const { lanes } = this.#options;
    const found =
      oldest.length < limit ? oldest : [...oldest, ...(await this.#others.find(filter, { serving, limit }))];
    return fairOrder(found, { serving, lanes }).map(({ id }) => id);
  };

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
