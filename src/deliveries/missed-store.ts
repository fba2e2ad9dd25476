import { type Model, Schema } from "mongoose";
import type { DeliveryAttempt } from "../github/deeds/app-deliveries.ts";
import type { Database } from "../mongo/database.ts";

/** A delivery that GitHub says has failed, until the inbox has it. */
export interface MissedDelivery {
  /** Its GUID. */
  _id: string;
  /** The newest attempt that failed: what is asked for again. */
  attemptId: number;
  event: string;
  /** The oldest attempt that is known. */
  failedAt: Date;
  /** How often it was asked for again. */
  redeliveries: number;
  /** Not to be asked for again before. */
  dueAt: Date;
}

/** How far GitHub's log of failed deliveries was read. */
export interface LogMark {
  /** All that failed until then was taken in; `null` where it was never read. */
  readonly readTo: Date | null;
  /** Where reading is under way: when it began, with the newest, and how far back it is. */
  readonly reading: { readonly beganAt: Date; readonly cursor: string } | null;
}

const UNREAD: LogMark = { readTo: null, reading: null };

interface StoredMark {
  _id: "github";
  readTo: LogMark["readTo"];
  reading: LogMark["reading"];
}

const missedSchema = new Schema<MissedDelivery>(
  {
    _id: String,
    attemptId: { type: Number, required: true },
    event: { type: String, required: true },
    failedAt: { type: Date, required: true },
    redeliveries: { type: Number, required: true },
    dueAt: { type: Date, required: true },
  },
  { id: false, versionKey: false },
);
missedSchema.index({ failedAt: 1, dueAt: 1 });
missedSchema.index({ dueAt: 1 });

const markSchema = new Schema<StoredMark>(
  {
    _id: String,
    readTo: { type: Date, default: null },
    reading: { type: Schema.Types.Mixed, default: null },
  },
  { id: false, versionKey: false },
);

/** What has to be asked for again, so that no restart forgets it and no run has to do all of it. */
export class MissedDeliveryStore {
  readonly model: Model<MissedDelivery>;
  readonly #marks: Model<StoredMark>;

  constructor(database: Database) {
    const { connection } = database;
    this.model = connection.model<MissedDelivery>("MissedDelivery", missedSchema, "missed_deliveries");
    this.#marks = connection.model<StoredMark>("DeliveryLogMark", markSchema, "delivery_log_marks");
  }

  async mark(): Promise<LogMark> {
    const found = await this.#marks.findById("github").lean<StoredMark>();
    return found ? { readTo: found.readTo, reading: found.reading } : UNREAD;
  }

  async setMark({ readTo, reading }: LogMark): Promise<void> {
    await this.#marks.updateOne({ _id: "github" }, { $set: { readTo, reading } }, { upsert: true });
  }

  /** Takes attempts in; there is one entry of each GUID, in whatever order they come. */
  async add(attempts: readonly DeliveryAttempt[], now: Date): Promise<void> {
    if (attempts.length === 0) return;
    await this.model.bulkWrite(
      attempts.map(({ guid, id, event, deliveredAt }) => ({
        updateOne: {
          filter: { _id: guid },
          update: {
            $max: { attemptId: id },
            $min: { failedAt: deliveredAt },
            $setOnInsert: { event, redeliveries: 0, dueAt: now },
          },
          upsert: true,
        },
      })),
    );
  }

  /**
   * Those that were asked for least come first, so that what fails again and again keeps nobody waiting; of those the
   * ones that failed first, for GitHub forgets them first.
   */
  async due(now: Date, limit: number): Promise<MissedDelivery[]> {
    const due = this.model.find({ dueAt: { $lte: now } }).sort({ redeliveries: 1, failedAt: 1 });
    return due.limit(limit).lean<MissedDelivery[]>();
  }

  /** When the first of them falls due; `null` where none is missed. */
  async nextDue(): Promise<Date | null> {
    const found = await this.model.findOne().sort({ dueAt: 1 }).lean<MissedDelivery>();
    return found?.dueAt ?? null;
  }

  /** Says, before it is asked for again, when that would be done the next time. */
  async begin(guid: string, { againAt }: { againAt: Date }): Promise<void> {
    await this.model.updateOne({ _id: guid }, { $set: { dueAt: againAt }, $inc: { redeliveries: 1 } });
  }

  /** Takes `begin` back, where GitHub did not hear of it. */
  async takeBack({ _id, redeliveries }: MissedDelivery, { dueAt }: { dueAt: Date }): Promise<void> {
    await this.model.updateOne({ _id }, { $set: { dueAt, redeliveries } });
  }

  async forget(guids: readonly string[]): Promise<void> {
    if (guids.length > 0) await this.model.deleteMany({ _id: { $in: guids } });
  }

  /** @returns how many failed before `time`; they are forgotten. */
  async forgetBefore(time: Date): Promise<number> {
    return (await this.model.deleteMany({ failedAt: { $lt: time } })).deletedCount;
  }

  /** When the first of them failed; `null` where none is missed. */
  async oldest(): Promise<Date | null> {
    const found = await this.model.findOne().sort({ failedAt: 1 }).lean<MissedDelivery>();
    return found?.failedAt ?? null;
  }
}
