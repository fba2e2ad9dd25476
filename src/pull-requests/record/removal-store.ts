import { type Model, Schema } from "mongoose";
import type { Database } from "../../mongo/database.ts";

interface StoredRemoval {
  _id: "pull_requests";
  /** The time of the latest removal. */
  at: Date;
}

const schema = new Schema<StoredRemoval>(
  { _id: String, at: { type: Date, required: true } },
  { id: false, versionKey: false },
);

/** Stores when records were last removed because they were old. What happened on GitHub before may be forgotten here. */
export class RemovalStore {
  readonly #model: Model<StoredRemoval>;

  constructor(database: Database) {
    this.#model = database.connection.model<StoredRemoval>("Removal", schema, "removals");
  }

  /** Call it before the records are removed. */
  async note(at: Date): Promise<void> {
    await this.#model.updateOne({ _id: "pull_requests" }, { $max: { at } }, { upsert: true });
  }

  /** `null` if none was ever removed. */
  async lastAt(): Promise<Date | null> {
    const found = await this.#model.findById("pull_requests").lean<StoredRemoval>();
    return found?.at ?? null;
  }
}
