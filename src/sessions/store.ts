import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import type { Scope } from "../tokens/scope.ts";

/** What a session was made from, and depends on. */
export type SessionOrigin =
  /** The token's id and SHA-256, as for tokens in the store. */
  | { readonly kind: "token"; readonly id: string; readonly digest: string }
  /** Who may sign in, as a fingerprint: once that is changed, everybody signs in again. */
  | { readonly kind: "github"; readonly allowed: string };

/** A session as it is stored: never the value of its cookie. */
export interface StoredSession {
  /** SHA-256 of the cookie's value, in hexadecimal digits. */
  _id: string;
  actor: { id: string; name: string; scopes: Scope[] };
  from: SessionOrigin;
  createdAt: Date;
  lastUsedAt: Date;
  /** MongoDB removes it then. */
  endsAt: Date;
}

const actor = new Schema(
  { id: { type: String, required: true }, name: { type: String, required: true }, scopes: [String] },
  { _id: false, id: false },
);
const schema = new Schema<StoredSession>(
  {
    _id: { type: String, required: true },
    actor: { type: actor, required: true },
    from: { type: Schema.Types.Mixed, required: true },
    createdAt: { type: Date, required: true },
    lastUsedAt: { type: Date, required: true },
    endsAt: { type: Date, required: true },
  },
  { id: false, versionKey: false },
);
schema.index({ "actor.id": 1, createdAt: -1 });
schema.index({ endsAt: 1 }, { expireAfterSeconds: 0 });

/** The sessions of browsers. */
export class SessionStore {
  readonly model: Model<StoredSession>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredSession>("Session", schema, "sessions");
  }

  /** @param keep how many sessions the actor may have; older ones end */
  async add(session: StoredSession, keep: number): Promise<void> {
    await this.model.create([session]);
    const tooMany = await this.model
      .find({ "actor.id": { $eq: session.actor.id } })
      .select({ _id: 1 })
      .sort({ createdAt: -1 })
      .skip(keep)
      .limit(keep)
      .lean<Pick<StoredSession, "_id">[]>();
    if (tooMany.length > 0) await this.model.deleteMany({ _id: { $in: tooMany.map(({ _id }) => _id) } });
  }

  /** Those of these digests that there are, in no order. */
  async findAll(digests: readonly string[]): Promise<StoredSession[]> {
    return this.model.find({ _id: { $in: [...digests] } }).lean();
  }

  async end(digest: string): Promise<void> {
    await this.model.deleteOne({ _id: { $eq: digest } });
  }

  async noteUse(digest: string, at: Date): Promise<void> {
    await this.model.updateOne({ _id: { $eq: digest } }, { $max: { lastUsedAt: at } });
  }
}
