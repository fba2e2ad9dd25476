import { type Model, Schema } from "mongoose";
import { ownedBy } from "../github/facts/rules/owned-by.ts";
import { type Database, IGNORING_CASE, type Transaction } from "../mongo/database.ts";

/** Earlier names per repository; beyond this, the oldest are dropped. */
const FORMER_NAMES_MAX = 20;

/** A repository that the App is or was installed on. */
export interface StoredRepository {
  /** GitHub's id, which stays the same when name and owner change. */
  _id: number;
  /** `owner/name`. */
  fullName: string;
  /** In lower case. */
  formerNames: string[];
  installationId: number | null;
  /** Whether the installation has access to it. */
  reachable: boolean;
  archived: boolean;
  /** The last push that changed the owner's settings, if this repository holds them. */
  settingsSha: string | null;
  /** The delivery that last reported a change of the repository itself or of its rules. */
  lastChange: string | null;
  /** When the stored state was received; older reports change nothing. */
  toldAt: Date;
}

/** A report about a repository; fields that are not given do not change. */
export type RepositoryNews = Pick<StoredRepository, "_id" | "fullName"> &
  Partial<Pick<StoredRepository, "installationId" | "reachable" | "archived" | "settingsSha" | "lastChange">>;

const schema = new Schema<StoredRepository>(
  {
    _id: { type: Number, required: true },
    fullName: { type: String, required: true },
    formerNames: { type: [String], default: [] },
    installationId: { type: Number, default: null },
    reachable: { type: Boolean, default: true },
    archived: { type: Boolean, default: false },
    settingsSha: { type: String, default: null },
    lastChange: { type: String, default: null },
    toldAt: { type: Date, required: true },
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ fullName: 1 }, { collation: IGNORING_CASE });
schema.index({ formerNames: 1 });
schema.index({ installationId: 1 });
schema.index({ reachable: 1, toldAt: 1, _id: 1 });

export class RepositoryStore {
  readonly model: Model<StoredRepository>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredRepository>(
      "InstalledRepository",
      schema,
      "installed_repositories",
    );
  }

  async save(
    news: readonly RepositoryNews[],
    { toldAt, transaction }: { toldAt: Date; transaction: Transaction },
  ): Promise<void> {
    const ids = news.map(({ _id }) => _id);
    const known = await this.model.find({ _id: { $in: ids } }, null, { session: transaction }).lean();
    const before = new Map(known.map((each) => [each._id, each]));
    const writes = news
      .filter(({ _id }) => (before.get(_id)?.toldAt ?? toldAt) <= toldAt)
      .map(({ _id, ...change }) => ({
        updateOne: { filter: { _id }, update: { $set: { ...change, toldAt } }, upsert: true },
      }));
    if (writes.length > 0) await this.model.bulkWrite(writes, { session: transaction });
  }

  /** Adds a repository's name until now to its earlier names. */
  async addFormerName(
    { id, formerName }: { id: number; formerName: string },
    transaction: Transaction,
  ): Promise<void> {
    const name = formerName.toLowerCase();
    await this.model.updateOne(
      { _id: id, formerNames: { $ne: name } },
      [formerNamesWith({ $literal: name })],
      {
        session: transaction,
        updatePipeline: true,
      },
    );
  }

  /**
   * Renames all repositories of an account that has a new login. The installation identifies them, because somebody else
   * may have taken the old login since.
   */
  async renameOwner(
    { installationId, from, to }: { installationId: number; from: string; to: string },
    { toldAt, transaction }: { toldAt: Date; transaction: Transaction },
  ): Promise<void> {
    const name = { $arrayElemAt: [{ $split: ["$fullName", "/"] }, 1] };
    await this.model.updateMany(
      {
        installationId: { $in: [installationId, null] },
        fullName: ownedBy(from),
        toldAt: { $lte: toldAt },
      },
      [
        formerNamesWith({ $toLower: "$fullName" }),
        { $set: { fullName: { $concat: [{ $literal: `${to}/` }, name] }, toldAt } },
      ],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
  }

  /** Finds the repository that has this name now; if none has, the one that had it last. */
  async findByName(fullName: string, transaction?: Transaction): Promise<StoredRepository | null> {
    const options = transaction ? { session: transaction } : {};
    const named = await this.model
      .findOne({ fullName }, null, options)
      .sort({ toldAt: -1 })
      .collation(IGNORING_CASE)
      .lean();
    if (named) return named;
    return this.model
      .findOne({ formerNames: fullName.toLowerCase() }, null, options)
      .sort({ toldAt: -1 })
      .lean();
  }
}

function formerNamesWith(name: object) {
  const all = { $concatArrays: ["$formerNames", [name]] };
  return { $set: { formerNames: { $slice: [all, -FORMER_NAMES_MAX] } } };
}
