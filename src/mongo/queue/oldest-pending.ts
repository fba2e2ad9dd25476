import type { Model } from "mongoose";

/**
 * When the document that waits longest was received; `null` if none waits.
 *
 * @param model of documents with `status` and `receivedAt`, and with an index that begins with both
 */
export async function oldestPending<T>(model: Model<T>): Promise<Date | null> {
  const oldest = await model
    .findOne({ status: "pending" } as never)
    .sort({ receivedAt: 1, _id: 1 })
    .select({ receivedAt: 1 })
    .lean<{ receivedAt: Date } | null>();
  return oldest?.receivedAt ?? null;
}
