import { type Model, Schema } from "mongoose";
import type { Role } from "../settings.ts";
import type { Database } from "../mongo/database.ts";

/** How long a process that was killed stays in the list. */
const GONE_AFTER_SECONDS = 180;
const LISTED_MAX = 200;

/** A process of the bot, as it said last. */
export interface StoredInstance {
  /** The name of the process, which also stands in leases. */
  _id: string;
  host: string;
  pid: number;
  roles: Role[];
  version: string;
  startedAt: Date;
  seenAt: Date;
}

const schema = new Schema<StoredInstance>(
  {
    _id: { type: String, required: true },
    host: { type: String, required: true },
    pid: { type: Number, required: true },
    roles: { type: [String], required: true },
    version: { type: String, required: true },
    startedAt: { type: Date, required: true },
    seenAt: { type: Date, required: true },
  },
  { id: false, versionKey: false },
);
schema.index({ seenAt: 1 }, { expireAfterSeconds: GONE_AFTER_SECONDS });

/** Which processes of the bot run. */
export class InstanceStore {
  readonly model: Model<StoredInstance>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredInstance>("Instance", schema, "instances");
  }

  async seen({ _id, ...instance }: StoredInstance): Promise<void> {
    await this.model.updateOne({ _id }, { $set: instance }, { upsert: true });
  }

  async remove(id: string): Promise<void> {
    await this.model.deleteOne({ _id: id });
  }

  /** Those that were seen lately, the oldest first. MongoDB removes the others up to a minute late. */
  async list(now: Date): Promise<StoredInstance[]> {
    const since = new Date(now.getTime() - GONE_AFTER_SECONDS * 1_000);
    const found = await this.model
      .find({ seenAt: { $gt: since } })
      .limit(LISTED_MAX)
      .lean<StoredInstance[]>();
    return found.toSorted((one, other) => one.startedAt.getTime() - other.startedAt.getTime());
  }
}
