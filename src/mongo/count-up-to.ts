import type { Model, QueryFilter } from "mongoose";

/** A number of documents for an alert: above it, a person looks at them and not at the number. */
export const COUNTED_MAX = 1_000;

/** How many documents a filter finds, at most `COUNTED_MAX`. An index must serve the filter, so that only those are read. */
export async function countUpTo<T>(model: Model<T>, filter: QueryFilter<T>): Promise<number> {
  return model.countDocuments(filter).limit(COUNTED_MAX);
}
