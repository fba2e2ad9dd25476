import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";

interface UsedSignIn {
  /** See `markOf`. */
  _id: string;
  /** MongoDB removes it then: the sign-in would be too old anyway. */
  forgetAt: Date;
}

const schema = new Schema<UsedSignIn>(
  { _id: { type: String, required: true }, forgetAt: { type: Date, required: true } },
  { id: false, versionKey: false },
);
schema.index({ forgetAt: 1 }, { expireAfterSeconds: 0 });

/** Sign-ins with GitHub that somebody came back from, so that each is used once, in all processes. */
export class UsedSignInStore {
  readonly model: Model<UsedSignIn>;

  constructor(database: Database) {
    this.model = database.connection.model<UsedSignIn>("UsedSignIn", schema, "used_sign_ins");
  }

  /** @returns `false` if it was used before */
  async use(mark: string, forgetAt: Date): Promise<boolean> {
    const { upsertedCount } = await this.model.updateOne(
      { _id: { $eq: mark } },
      { $setOnInsert: { forgetAt } },
      { upsert: true },
    );
    return upsertedCount === 1;
  }
}
