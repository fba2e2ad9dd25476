import { type Model, Schema } from "mongoose";
import type { Database, Transaction } from "../mongo/database.ts";
import type { MissingPermission } from "./rules/missing-permissions.ts";

/** An installation of the App, as in GitHub's latest report. */
export interface StoredInstallation {
  /** GitHub's id; an account that installs the App again gets another. */
  _id: number;
  /** The account's login. */
  account: string;
  /** GitHub's time of the account's last renaming; `null` if none was reported with one. */
  accountAt: Date | null;
  /** Earlier logins of the account, as reported. */
  formerAccounts: string[];
  permissions: Record<string, string>;
  missing: MissingPermission[];
  suspended: boolean;
  /** Permanent: GitHub does not use the id again. */
  deleted: boolean;
  /** The delivery that last reported a change of rules for several repositories of the account. */
  lastChange: string | null;
  /** GitHub's time of the stored state; older reports change nothing. */
  toldAt: Date;
}

const Mixed = Schema.Types.Mixed;
const schema = new Schema<StoredInstallation>(
  {
    _id: { type: Number, required: true },
    account: { type: String, required: true },
    accountAt: { type: Date, default: null },
    formerAccounts: { type: [String], default: [] },
    permissions: { type: Mixed, required: true },
    missing: { type: [Mixed as never], default: [] },
    suspended: { type: Boolean, required: true },
    deleted: { type: Boolean, required: true },
    lastChange: { type: String, default: null },
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

  /** @param formerAccounts replaces the stored list; beyond `FORMER_ACCOUNTS_MAX`, the oldest are dropped */
  async rename(
    id: number,
    { formerAccounts, ...now }: Pick<StoredInstallation, "account" | "accountAt" | "formerAccounts">,
    transaction: Transaction,
  ): Promise<void> {
    const change = { ...now, formerAccounts: [...new Set(formerAccounts)].slice(-FORMER_ACCOUNTS_MAX) };
    await this.model.updateOne({ _id: id }, { $set: change }, { session: transaction });
  }

  async recordChange(id: number, lastChange: string, transaction: Transaction): Promise<void> {
    await this.model.updateOne({ _id: id }, { $set: { lastChange } }, { session: transaction });
  }

  async save(
    { _id, ...state }: Omit<StoredInstallation, "accountAt" | "formerAccounts" | "lastChange">,
    transaction: Transaction,
  ): Promise<void> {
    await this.model.updateOne({ _id }, { $set: state }, { upsert: true, session: transaction });
  }
}
