import { type Model, Schema } from "mongoose";
import type { Database, Transaction } from "../mongo/database.ts";
import type { MissingPermission } from "./rules/missing-permissions.ts";

/** Where the App is installed, as GitHub told it last. */
export interface StoredInstallation {
  /** GitHub's number; an account that installs the App anew gets another. */
  _id: number;
  /** The account's login. */
  account: string;
  /** Logins that it was told to have had. */
  formerAccounts: string[];
  permissions: Record<string, string>;
  missing: MissingPermission[];
  suspended: boolean;
  /** For ever: its number does not come back. */
  deleted: boolean;
  /** GitHub's time of the state that is kept; what is older changes nothing. */
  toldAt: Date;
}

const Mixed = Schema.Types.Mixed;
const schema = new Schema<StoredInstallation>(
  {
    _id: { type: Number, required: true },
    account: { type: String, required: true },
    formerAccounts: { type: [String], default: [] },
    permissions: { type: Mixed, required: true },
    missing: { type: [Mixed as never], default: [] },
    suspended: { type: Boolean, required: true },
    deleted: { type: Boolean, required: true },
    toldAt: { type: Date, required: true },
  },
  { minimize: false, id: false, versionKey: false },
);

const FORMER_ACCOUNTS_MAX = 20;

export class InstallationStore {
  readonly model: Model<StoredInstallation>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredInstallation>("Installation", schema, "installations");
  }

  async find(id: number, transaction?: Transaction): Promise<StoredInstallation | null> {
    return this.model.findOne({ _id: id }, null, transaction ? { session: transaction } : {}).lean();
  }

  /** @param formerAccounts with which it is known from here on; of more than `FORMER_ACCOUNTS_MAX` the oldest are forgotten */
  async rename(
    id: number,
    { account, formerAccounts }: { account: string; formerAccounts: readonly string[] },
    transaction: Transaction,
  ): Promise<void> {
    const change = { account, formerAccounts: [...new Set(formerAccounts)].slice(-FORMER_ACCOUNTS_MAX) };
    await this.model.updateOne({ _id: id }, { $set: change }, { session: transaction });
  }

  async save(
    { _id, ...state }: Omit<StoredInstallation, "formerAccounts">,
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne({ _id }, { $set: state }, { upsert: true, session: transaction });
  }
}
