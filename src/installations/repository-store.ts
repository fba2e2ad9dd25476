import { type Model, Schema } from "mongoose";
import { ownedBy } from "../github/facts/rules/owned-by.ts";
import type { RepositoryNews, StoredRepository } from "./repository.ts";
import { newerNews } from "./rules/newer-news.ts";
import { type Database, IGNORING_CASE, type Transaction } from "../mongo/database.ts";

const schema = new Schema<StoredRepository>(
  {
    _id: { type: Number, required: true },
    fullName: { type: String, required: true },
    namedAt: { type: Date, default: null },
    formerNames: { type: [String], default: [] },
    installationId: { type: Number, default: null },
    reachable: { type: Boolean, default: true },
    reachableAt: { type: Date, default: null },
    archived: { type: Boolean, default: false },
    settingsSha: { type: String, default: null },
    lastChange: { type: String, default: null },
    toldAt: { type: Date, required: true },
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ fullName: 1, namedAt: -1, toldAt: -1 }, { collation: IGNORING_CASE });
schema.index({ formerNames: 1, toldAt: -1 });
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

  /** Stores what is newer than the stored state: see `newerNews`. */
  async save(
    news: readonly RepositoryNews[],
    { toldAt, transaction }: { toldAt: Date; transaction: Transaction },
  ): Promise<void> {
    const ids = news.map(({ _id }) => _id);
    const known = await this.model.find({ _id: { $in: ids } }, null, { session: transaction }).lean();
    const before = new Map(known.map((each) => [each._id, each]));
    const writes = news.map((told) => ({
      updateOne: {
        filter: { _id: told._id },
        update: { $set: newerNews(before.get(told._id), told, toldAt) },
        upsert: true,
      },
    }));
    if (writes.length > 0) await this.model.bulkWrite(writes, { session: transaction });
  }

  /**
   * Renames all repositories of an account that has a new login. The installation identifies them, because somebody else
   * may have taken the old login since.
   */
  async renameOwner(
    {
      installationId,
      from,
      to,
      renamedAt,
    }: { installationId: number; from: string; to: string; renamedAt: Date | null },
    { toldAt, transaction }: { toldAt: Date; transaction: Transaction },
  ): Promise<void> {
    const name = { $arrayElemAt: [{ $split: ["$fullName", "/"] }, 1] };
    await this.model.updateMany(
      {
        installationId: { $in: [installationId, null] },
        fullName: ownedBy(from),
        toldAt: { $lte: toldAt },
        ...(renamedAt && { $or: [{ namedAt: null }, { namedAt: { $lte: renamedAt } }] }),
      },
      [
        { $set: { formerNames: { $concatArrays: ["$formerNames", [{ $toLower: "$fullName" }]] } } },
        {
          $set: {
            fullName: { $concat: [{ $literal: `${to}/` }, name] },
            toldAt,
            ...(renamedAt && { namedAt: renamedAt }),
          },
        },
      ],
      { session: transaction, collation: IGNORING_CASE, updatePipeline: true },
    );
  }

  async find(id: number, transaction?: Transaction): Promise<StoredRepository | null> {
    return this.model.findOne({ _id: id }, null, transaction ? { session: transaction } : {}).lean();
  }

  /** Which of these names another repository has, or had before. @returns in lower case */
  async takenByOthers(
    names: readonly string[],
    { except, before }: { except: number; before: boolean },
    transaction?: Transaction,
  ): Promise<ReadonlySet<string>> {
    const options = transaction ? { session: transaction } : {};
    const wanted = names.map((name) => name.toLowerCase());
    const others = { _id: { $ne: except } };
    const named = await this.model
      .find({ ...others, fullName: { $in: wanted } }, null, options)
      .collation(IGNORING_CASE)
      .lean();
    const formerly = before
      ? await this.model.find({ ...others, formerNames: { $in: wanted } }, null, options).lean()
      : [];
    const taken = new Set([
      ...named.map(({ fullName }) => fullName.toLowerCase()),
      ...formerly.flatMap(({ formerNames }) => formerNames),
    ]);
    return new Set(wanted.filter((name) => taken.has(name)));
  }

  /** Finds the repository that has this name now; if none has, the one that had it last. */
  async findByName(fullName: string, transaction?: Transaction): Promise<StoredRepository | null> {
    const options = transaction ? { session: transaction } : {};
    const named = await this.model
      .findOne({ fullName }, null, options)
      .sort({ namedAt: -1, toldAt: -1 })
      .collation(IGNORING_CASE)
      .lean();
    if (named) return named;
    return this.model
      .findOne({ formerNames: fullName.toLowerCase() }, null, options)
      .sort({ toldAt: -1 })
      .lean();
  }
}
