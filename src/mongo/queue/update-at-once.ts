import { type Model, mongo, type UpdateQuery } from "mongoose";

/** MongoDB's codes for a document that another transaction is writing to, and for a lock that is not free. */
const BUSY_CODES: ReadonlySet<unknown> = new Set([
  24, // LockTimeout
  112, // WriteConflict
]);

/**
 * Updates one document, or answers `busy` at once if another transaction is writing to it. Outside of a transaction MongoDB
 * would wait inside the server until the other one ends, for a minute if its process has died; inside, it refuses at once:
 * https://www.mongodb.com/docs/manual/core/transactions-production-consideration/#in-progress-transactions-and-write-conflicts
 *
 * @returns the document after the update; `null` if the filter does not match it
 */
export async function updateAtOnce<T>(
  model: Model<T>,
  filter: object,
  update: UpdateQuery<T>,
): Promise<(T & { _id: unknown }) | "busy" | null> {
  const session = await model.db.startSession();
  try {
    session.startTransaction();
    const options = { session, returnDocument: "after" } as const;
    const updated = await model
      .findOneAndUpdate(filter as never, update, options)
      .lean<T & { _id: unknown }>();
    if (updated) await session.commitTransaction();
    return updated;
  } catch (error) {
    if (error instanceof mongo.MongoServerError && BUSY_CODES.has(error.code)) return "busy";
    throw error;
  } finally {
    // It ends a transaction that was not committed.
    await session.endSession();
  }
}
