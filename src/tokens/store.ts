import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import { olderThan, type TimePlace } from "../mongo/older-than.ts";
import type { Scope } from "./scope.ts";

const DAY_MS = 24 * 3_600_000;
/** How long a token stays in lists after its end, so that somebody who wonders what it was finds it. */
const KEPT_MS = 365 * DAY_MS;

/** A token as it is stored: never its text. */
export interface StoredToken {
  /** See `NewToken`. */
  _id: string;
  /** SHA-256 of the whole text, in hexadecimal digits. */
  digest: string;
  /** What it is for. */
  name: string;
  /** Who is responsible for it. */
  owner: string;
  scopes: Scope[];
  isBypass: boolean;
  createdAt: Date;
  createdBy: string;
  expiresAt: Date | null;
  lastUsedAt: Date | null;
  revokedAt: Date | null;
  revokedBy: string | null;
  /** The id of the token that replaces it. */
  replacedBy: string | null;
  /** MongoDB removes it then. */
  forgetAt: Date | null;
}

/** What may be shown of a token. */
export type ShownToken = Omit<StoredToken, "digest" | "forgetAt">;

const text = { type: String, default: null };
const date = { type: Date, default: null };
const schema = new Schema<StoredToken>(
  {
    _id: { type: String, required: true },
    digest: { type: String, required: true },
    name: { type: String, required: true },
    owner: { type: String, required: true },
    scopes: { type: [String], required: true },
    isBypass: { type: Boolean, required: true },
    createdAt: { type: Date, required: true },
    createdBy: { type: String, required: true },
    expiresAt: date,
    lastUsedAt: date,
    revokedAt: date,
    revokedBy: text,
    replacedBy: text,
    forgetAt: date,
  },
  { id: false, versionKey: false },
);
schema.index({ createdAt: -1, _id: -1 });
schema.index({ owner: 1, createdAt: -1, _id: -1 });
schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 });

const SHOWN = { digest: 0, forgetAt: 0 } as const;

/** The tokens of the API, by their ids. */
export class TokenStore {
  readonly model: Model<StoredToken>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredToken>("Token", schema, "tokens");
  }

  async add(token: Omit<StoredToken, "forgetAt">): Promise<void> {
    await this.model.create([{ ...token, forgetAt: forgetAt(token.expiresAt) }]);
  }

  /** @param id as it came from outside */
  async find(id: string): Promise<StoredToken | null> {
    return this.model.findOne({ _id: { $eq: id } }).lean();
  }

  /** Those of these ids that there are, in no order. */
  async findAll(ids: readonly string[]): Promise<StoredToken[]> {
    return this.model.find({ _id: { $in: [...ids] } }).lean();
  }

  /** The newest first, after the token `before`. */
  async list(
    { owner }: { readonly owner?: string | undefined },
    { before, limit }: { readonly before: TimePlace | null; readonly limit: number },
  ): Promise<ShownToken[]> {
    const older = before && olderThan("createdAt", before);
    return this.model
      .find({ ...(owner !== undefined && { owner: { $eq: owner } }), ...older })
      .select(SHOWN)
      .sort({ createdAt: -1, _id: -1 })
      .limit(limit)
      .lean<ShownToken[]>();
  }

  /** @returns the token, revoked; as it was if it was revoked already; `null` if there is none */
  async revoke(
    id: string,
    { by, at }: { readonly by: string; readonly at: Date },
  ): Promise<ShownToken | null> {
    const revoked = await this.model
      .findOneAndUpdate(
        { _id: { $eq: id }, revokedAt: null },
        { $set: { revokedAt: at, revokedBy: by, forgetAt: forgetAt(at) } },
        { returnDocument: "after" },
      )
      .select(SHOWN)
      .lean<ShownToken>();
    return (
      revoked ??
      this.model
        .findOne({ _id: { $eq: id } })
        .select(SHOWN)
        .lean<ShownToken>()
    );
  }

  /**
   * Lets a token end at `expiresAt` because another replaces it.
   *
   * @returns `false` if it was revoked or replaced meanwhile
   */
  async replace(
    id: string,
    { replacedBy, expiresAt }: { replacedBy: string; expiresAt: Date },
  ): Promise<boolean> {
    const { matchedCount } = await this.model.updateOne(
      { _id: { $eq: id }, revokedAt: null, replacedBy: null },
      { $set: { replacedBy, expiresAt, forgetAt: forgetAt(expiresAt) } },
    );
    return matchedCount > 0;
  }

  async noteUse(id: string, at: Date): Promise<void> {
    await this.model.updateOne({ _id: { $eq: id } }, { $max: { lastUsedAt: at } });
  }
}

function forgetAt(end: Date | null): Date | null {
  return end && new Date(end.getTime() + KEPT_MS);
}
