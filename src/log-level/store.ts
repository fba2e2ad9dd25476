import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import type { TimedLevel } from "./rules/levels.ts";

/** The level of all processes, as somebody has set it. */
export interface StoredLevel extends TimedLevel {
  readonly _id: "log";
  readonly changedAt: Date;
  /** The name of the caller. */
  readonly changedBy: string;
}

export const LOG_LEVEL_COLLECTION = "log_level";

const schema = new Schema<StoredLevel>(
  {
    _id: String,
    level: { type: String, required: true },
    until: { type: Date, required: true },
    changedAt: { type: Date, required: true },
    changedBy: { type: String, required: true },
  },
  { id: false, versionKey: false },
);

/** One document at most. */
export class LogLevelStore {
  readonly model: Model<StoredLevel>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredLevel>("LogLevel", schema, LOG_LEVEL_COLLECTION);
  }

  /** What was set last, also if it has ended. */
  async read(): Promise<StoredLevel | null> {
    return this.model.findOne({ _id: "log" }).lean<StoredLevel>();
  }

  async set({ _id, ...set }: StoredLevel): Promise<void> {
    await this.model.updateOne({ _id }, { $set: set }, { upsert: true });
  }
}
