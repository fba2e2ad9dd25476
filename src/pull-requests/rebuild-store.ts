import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import type { PullRequestStore } from "./store.ts";

interface StoredRebuild {
  _id: "pull_requests";
  startedAt: Date;
  /** `null` while it is not finished. */
  doneAt: Date | null;
}

const schema = new Schema<StoredRebuild>(
  { _id: String, startedAt: { type: Date, required: true }, doneAt: { type: Date, default: null } },
  { id: false, versionKey: false },
);

/** Whether this database's records were looked for on GitHub: a database that was lost has lost this as well. */
export class RebuildStore {
  readonly #model: Model<StoredRebuild>;
  readonly #pullRequests: PullRequestStore;

  constructor(database: Database, pullRequests: PullRequestStore) {
    this.#model = database.connection.model<StoredRebuild>("Rebuild", schema, "rebuilds");
    this.#pullRequests = pullRequests;
  }

  /**
   * Whether there is a rebuild to do, or to go on with. Decided once, while the database has no records: those of the
   * rebuild itself must not end it.
   */
  async isDue(now: Date): Promise<boolean> {
    const known = await this.#model.findById("pull_requests").lean<StoredRebuild>();
    if (known) return known.doneAt === null;
    const hasRecords = (await this.#pullRequests.model.exists({})) !== null;
    const doneAt = hasRecords ? now : null;
    const begun = { $setOnInsert: { startedAt: now, doneAt } };
    await this.#model.updateOne({ _id: "pull_requests" }, begun, { upsert: true });
    return !hasRecords;
  }

  async done(now: Date): Promise<void> {
    await this.#model.updateOne({ _id: "pull_requests" }, { $set: { doneAt: now } });
  }
}
