import { type Model, Schema } from "mongoose";
import type { TextFile } from "../github/facts/files/repository-files.ts";
import type { Database } from "../mongo/database.ts";
import { dueFilter } from "../mongo/queue/due-filter.ts";

/** What is stored about one settings file: of one branch of a repository, or of an owner. */
export interface StoredSettingsFile {
  /** `octo/hello:main`, or `octo` for the owner's file. */
  _id: string;
  /** The last content without problems; `null` if there was none yet. */
  good: { oid: string; text: string } | null;
  /** The latest problems that were reported, or that somebody is about to report. */
  report: {
    oid: string;
    digest: string;
    reported: boolean;
    claimedUntil: Date;
    reporter: string | null;
  } | null;
  usedAt: Date;
}

/** Branches come and go, so an entry that was not used for this long is deleted. */
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

  /** Stores content without problems, and forgets the report about earlier content. */
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
   * Claims the task of reporting problems to people for `claimMs`. After that others may claim it, unless
   * {@link markReported} was called.
   *
   * @param report the content, and a digest of its problems
   * @param reporter may claim its own unfinished report again, such as after a failure; `null` for nobody in particular
   * @returns `claimed` if the caller must report, `reported` if it was done before, `elsewhere` if somebody else does it
   */
  async claimReport(
    place: string,
    { oid, digest }: { oid: string; digest: string },
    { now, claimMs, reporter }: { now: Date; claimMs: number; reporter: string | null },
  ): Promise<"claimed" | "reported" | "elsewhere"> {
    // A separate update: an upsert with the conditions below would try to insert a file that already exists.
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
          { "report.reported": false, ...dueFilter("report.claimedUntil", { now, waitMsMax: 2 * claimMs }) },
          ...(reporter === null ? [] : [{ "report.reported": false, "report.reporter": reporter }]),
        ],
      },
      {
        $set: {
          report: { oid, digest, reported: false, claimedUntil: new Date(now.getTime() + claimMs), reporter },
        },
      },
    );
    if (claimed.matchedCount > 0) return "claimed";
    const { report } = (await this.find(place)) ?? { report: null };
    return report?.digest === digest && report.reported ? "reported" : "elsewhere";
  }

  async markReported(place: string, digest: string): Promise<void> {
    await this.model.updateOne(
      { _id: place, "report.digest": digest },
      { $set: { "report.reported": true } },
    );
  }
}
