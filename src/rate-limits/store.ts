import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import type { RateLimitCategory } from "../rate-limit-categories.ts";

/** A limit that was changed at run time. */
export interface StoredLimit {
  _id: RateLimitCategory;
  /** Requests of a subject within a window. */
  limit: number;
  changedAt: Date;
  /** The name of the caller. */
  changedBy: string;
}

export const LIMITS_COLLECTION = "rate_limits";

const schema = new Schema<StoredLimit>(
  {
    _id: String,
    limit: { type: Number, required: true },
    changedAt: { type: Date, required: true },
    changedBy: { type: String, required: true },
  },
  { id: false, versionKey: false },
);

/** One document for each category whose limit was changed: six at most. */
export class LimitStore {
  readonly model: Model<StoredLimit>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredLimit>("RateLimit", schema, LIMITS_COLLECTION);
  }

  async all(): Promise<StoredLimit[]> {
    return this.model.find().lean();
  }

  async set({ _id, ...limit }: StoredLimit): Promise<void> {
    await this.model.updateOne({ _id }, { $set: limit }, { upsert: true });
  }
}
