import { type Model, Schema } from "mongoose";
import type { DeliveryAttempt } from "../github/deeds/app-deliveries.ts";
import { dueFilter } from "../mongo/queue/due-filter.ts";
import { longestWaitMs } from "../work/rules/back-off.ts";
import type { Database } from "../mongo/database.ts";

/** A delivery that failed according to GitHub and is not in the inbox yet. */
export interface MissedDelivery {
  /** The delivery's GUID. */
  _id: string;
  /** The newest failed attempt, which GitHub is asked to repeat. */
  attemptId: number;
  event: string;
  /** The time of the oldest known attempt. */
  failedAt: Date;
  /** How many redeliveries were requested. */
  redeliveries: number;
  /** The earliest time of the next redelivery. */
  dueAt: Date;
}

/** How far GitHub's log of failed deliveries has been read. */
export interface LogMark {
  /** All failures until this time are recorded; `null` if the log was never read. */
  readonly readTo: Date | null;
  /** An unfinished reading: when it began, at the newest attempt, and how far back it has come. */
  readonly reading: { readonly beganAt: Date; readonly cursor: string } | null;
}

const WAIT_MS_MAX = longestWaitMs(["redelivery"]);
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
missedSchema.index({ redeliveries: 1, failedAt: 1, dueAt: 1 });
missedSchema.index({ failedAt: 1 });
missedSchema.index({ dueAt: 1 });

const markSchema = new Schema<StoredMark>(
  {
    _id: String,
    readTo: { type: Date, default: null },
    reading: { type: Schema.Types.Mixed, default: null },
  },
  { id: false, versionKey: false },
);

/** The deliveries to request again: stored, so that a restart forgets none and one run need not do all of them. */
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

  /** Records attempts, in any order; each GUID has one entry. */
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
   * Deliveries with the fewest redeliveries come first, so that one that always fails does not delay others; among equals,
   * the oldest failure, because GitHub forgets it first.
   */
  async due(now: Date, limit: number): Promise<MissedDelivery[]> {
    const due = this.model
      .find(dueFilter("dueAt", { now, waitMsMax: WAIT_MS_MAX }))
      .sort({ redeliveries: 1, failedAt: 1 });
    return due.limit(limit).lean<MissedDelivery[]>();
  }

  /** When the next redelivery is due; `null` if no delivery is missed. */
  async nextDue(): Promise<Date | null> {
    const found = await this.model.findOne().sort({ dueAt: 1 }).lean<MissedDelivery>();
    return found?.dueAt ?? null;
  }

  /** Records, before GitHub is asked, when to ask it the next time. */
  async begin(guid: string, { againAt }: { againAt: Date }): Promise<void> {
    await this.model.updateOne({ _id: guid }, { $set: { dueAt: againAt }, $inc: { redeliveries: 1 } });
  }

  /** Undoes `begin` if the request did not reach GitHub. */
  async takeBack({ _id, redeliveries }: MissedDelivery, { dueAt }: { dueAt: Date }): Promise<void> {
    await this.model.updateOne({ _id }, { $set: { dueAt, redeliveries } });
  }

  async forget(guids: readonly string[]): Promise<void> {
    if (guids.length > 0) await this.model.deleteMany({ _id: { $in: guids } });
  }

  /** @returns how many deliveries failed before `time`; they are deleted */
  async forgetBefore(time: Date): Promise<number> {
    return (await this.model.deleteMany({ failedAt: { $lt: time } })).deletedCount;
  }

  /** When the oldest missed delivery failed; `null` if none is missed. */
  async oldest(): Promise<Date | null> {
    const found = await this.model.findOne().sort({ failedAt: 1 }).lean<MissedDelivery>();
    return found?.failedAt ?? null;
  }
}
