import { type Model, Schema } from "mongoose";
import type { TextFile } from "../github/facts/repository-files.ts";
import type { Database } from "../mongo/database.ts";

/** The memory of one file of settings: of one branch of a repository, or of an owner. */
export interface StoredSettingsFile {
  /** `octo/hello:main`, or `octo` for the owner's file. */
  _id: string;
  /** The last content without problems; `null` where none was seen yet. */
  good: { oid: string; text: string } | null;
  /** The problems of a content that were last told, or are about to be. */
  report: { oid: string; digest: string; told: boolean; claimedUntil: Date; teller: string | null } | null;
  usedAt: Date;
}

/** Branches come and go; what nobody asked about for so long is forgotten. */
const KEPT_SECONDS = 90 * 24 * 3600;

const schema = new Schema<StoredSettingsFile>(
  {
    _id: String,
    good: { type: Schema.Types.Mixed, default: null },
    report: { type: Schema.Types.Mixed, default: null },
    usedAt: { type: Date, required: true },
  },
  { minimize: false, id: false, versionKey: false },
);
schema.index({ usedAt: 1 }, { name: "expiry", expireAfterSeconds: KEPT_SECONDS });

export class SettingsStore {
  readonly model: Model<StoredSettingsFile>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredSettingsFile>("SettingsFile", schema, "settings_files");
  }

  async find(place: string): Promise<StoredSettingsFile | null> {
    return this.model.findById(place).lean();
  }

  /** Keeps a content without problems; what was told of earlier ones is over. */
  async keepGood(place: string, { oid, text }: TextFile, now: Date): Promise<void> {
    await this.model.updateOne(
      { _id: place },
      { $set: { good: { oid, text }, report: null, usedAt: now } },
      { upsert: true },
    );
  }

  async touch(place: string, now: Date): Promise<void> {
    await this.model.updateOne({ _id: place }, { $set: { usedAt: now } });
  }

  async forget(place: string): Promise<void> {
    await this.model.deleteOne({ _id: place });
  }

  /**
   * Takes it upon the caller to tell people of problems, until `until`; others may after that, unless
   * {@link markTold} was called.
   *
   * @param report the content, and what tells its problems from others
   * @param teller who has it upon them may take it again, such as after a failure; `null` for nobody in particular
   * @returns whether the caller is the one: `told` where it was done before, `elsewhere` where somebody else is at it
   */
  async claimReport(
    place: string,
    { oid, digest }: { oid: string; digest: string },
    { now, until, teller }: { now: Date; until: Date; teller: string | null },
  ): Promise<"claimed" | "told" | "elsewhere"> {
    // On its own, for an upsert that does not match what it makes would fail where the file is known already.
    await this.model.updateOne(
      { _id: place },
      { $setOnInsert: { good: null, report: null, usedAt: now } },
      { upsert: true },
    );
    const claimed = await this.model.updateOne(
      {
        _id: place,
        $or: [
          { "report.digest": { $ne: digest } },
          { "report.told": false, "report.claimedUntil": { $lte: now } },
          ...(teller === null ? [] : [{ "report.told": false, "report.teller": teller }]),
        ],
      },
      { $set: { report: { oid, digest, told: false, claimedUntil: until, teller } } },
    );
    if (claimed.matchedCount > 0) return "claimed";
    const { report } = (await this.find(place)) ?? { report: null };
    return report?.digest === digest && report.told ? "told" : "elsewhere";
  }

  async markTold(place: string, digest: string): Promise<void> {
    await this.model.updateOne({ _id: place, "report.digest": digest }, { $set: { "report.told": true } });
  }
}
