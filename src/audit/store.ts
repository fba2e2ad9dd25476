import { type Model, Schema, Types } from "mongoose";
import type { Database } from "../mongo/database.ts";
import { olderThan, type TimePlace } from "../mongo/older-than.ts";

/** How long it is stored who changed what: a year and a month. */
const KEPT_SECONDS = 400 * 24 * 3_600;

/** Somebody changed something by a call of the API, or at the console. */
export interface AuditEntry {
  readonly at: Date;
  readonly by: { readonly id: string; readonly name: string };
  /** The address of the caller; for a command, the host on which it ran. */
  readonly from: string;
  /** What was called, such as `POST /api/v1/cleanups/:id/run`: a closed set. */
  readonly action: string;
  /** The values in the address, such as the id. */
  readonly params: Readonly<Record<string, string>>;
  /** The body as JSON, cut off at `DETAILS_CHARACTERS_MAX`; `null` for none. */
  readonly details: string | null;
  /** Why, in the caller's words; `null` if they gave no reason. */
  readonly reason: string | null;
  readonly requestId: string | null;
}

export interface StoredAuditEntry extends AuditEntry {
  readonly _id: Types.ObjectId;
  /** The status of the answer; `null` as long as there was none, as where the process died before it. */
  readonly status: number | null;
}

const text = { type: String, default: null };
const schema = new Schema<StoredAuditEntry>(
  {
    at: { type: Date, required: true },
    by: { type: new Schema({ id: String, name: String }, { _id: false, id: false }), required: true },
    from: { type: String, required: true },
    action: { type: String, required: true },
    params: { type: Schema.Types.Mixed, required: true },
    details: text,
    reason: text,
    requestId: text,
    status: { type: Number, default: null },
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ at: -1, _id: -1 });
schema.index({ "by.id": 1, at: -1, _id: -1 });
schema.index({ action: 1, at: -1, _id: -1 });
schema.index({ at: 1 }, { expireAfterSeconds: KEPT_SECONDS });

/** Which entries; each field narrows it. */
export interface AuditFilter {
  readonly by?: string | undefined;
  readonly action?: string | undefined;
}

/**
 * Who changed what. Entries are added and never changed, but for the status of the answer, which comes later. Both are written by
 * the driver itself: every change by the API waits for an entry, and there is nothing in it that Mongoose would have to convert.
 */
export class AuditStore {
  readonly model: Model<StoredAuditEntry>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredAuditEntry>("AuditEntry", schema, "audit");
  }

  /** @returns the entry's id, for `answered` */
  async add(entry: AuditEntry): Promise<string> {
    const _id = new Types.ObjectId();
    await this.model.collection.insertOne({ _id, ...entry, status: null });
    return String(_id);
  }

  async answered(id: string, status: number): Promise<void> {
    await this.model.collection.updateOne({ _id: new Types.ObjectId(id) }, { $set: { status } });
  }

  /** The newest first, after the entry `before`. */
  async list(
    { by, action }: AuditFilter,
    { before, limit }: { readonly before: TimePlace | null; readonly limit: number },
  ): Promise<StoredAuditEntry[]> {
    return (
      this.model
        .find({
          ...(by !== undefined && { "by.id": { $eq: by } }),
          ...(action !== undefined && { action: { $eq: action } }),
          ...(before && olderThan("at", before, (id) => new Types.ObjectId(id))),
        })
        // Ids of two processes have the order of their seconds only.
        .sort({ at: -1, _id: -1 })
        .limit(limit)
        .lean<StoredAuditEntry[]>()
    );
  }
}
