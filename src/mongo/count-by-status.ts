import type { Model } from "mongoose";

/** Counts the documents of each status that occurs. */
export async function countByStatus<Status extends string>(
  model: Pick<Model<{ status: Status }>, "aggregate">,
): Promise<ReadonlyMap<Status, number>> {
  const counts = await model.aggregate<{ _id: Status; count: number }>([
    { $group: { _id: "$status", count: { $sum: 1 } } },
  ]);
  return new Map(counts.map(({ _id, count }) => [_id, count]));
}
