import type { Model } from "mongoose";

export type Filter = Readonly<Record<string, unknown>>;

/**
 * Chooses documents that are due, the most urgent first. A claim takes the first one that nobody else is writing to.
 *
 * @param due the filter of due documents
 * @param except documents that this process is working on, or could not have just now
 * @param serving the share of each document that this process is working on, if it has one
 */
export type Choose<Id> = (
  due: Filter,
  asked: { readonly except: readonly Id[]; readonly serving: readonly string[]; readonly limit: number },
) => Promise<readonly Id[]>;

/** Those that are due longest. */
export function dueLongest<T, Id>(model: Model<T>): Choose<Id> {
  return async (due, { except, limit }) => {
    const found = await model
      .find({ ...due, _id: { $nin: except } } as never)
      .sort({ "work.dueAt": 1 })
      .limit(limit)
      .select({ _id: 1 })
      .lean<{ _id: Id }[]>();
    return found.map(({ _id }) => _id);
  };
}
