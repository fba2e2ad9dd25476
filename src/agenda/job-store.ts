import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";

/** Kept by Agenda with a job; it forgets the moment for which a job was set as it begins it. */
export interface TurnData {
  readonly setFor?: Date;
  readonly resting?: boolean;
}

/** A job as Agenda keeps it, as far as we read or write it ourselves. */
interface StoredJob {
  name: string;
  nextRunAt: Date | null;
  lastRunAt: Date | null;
  lockedAt: Date | null;
  lastModifiedBy: string | null;
  data: TurnData | null;
}

export const JOBS_COLLECTION = "jobs";

const schema = new Schema<StoredJob>(
  {
    name: { type: String, required: true },
    nextRunAt: Date,
    lastRunAt: Date,
    lockedAt: Date,
    lastModifiedBy: String,
    data: Schema.Types.Mixed,
  },
  { strict: false, minimize: false, id: false, versionKey: false },
);
// Two processes that make a job at once would make it twice.
schema.index({ name: 1 }, { unique: true });

/** Agenda's collection, for what Agenda does not do. */
export class JobStore {
  readonly model: Model<StoredJob>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredJob>("Job", schema, JOBS_COLLECTION);
  }

  /** Makes a job due that is set for later than `aheadMax`, or locked in the future: somebody's clock was wrong. */
  async pullBack(name: string, { now, aheadMax, lockedMax }: { now: Date; aheadMax: Date; lockedMax: Date }) {
    const farOff = { nextRunAt: { $gt: aheadMax } };
    const heldFromThere = { lockedAt: { $gt: lockedMax } };
    await this.model.updateOne(
      { name, $or: [farOff, heldFromThere] },
      { $set: { nextRunAt: now, lockedAt: null } },
    );
  }

  /** Makes a job due, unless some process runs it, ran it since `since`, or it rests. */
  async bringForward(name: string, { now, since }: { now: Date; since: Date }): Promise<void> {
    await this.model.updateOne(
      { name, lockedAt: null, lastRunAt: { $not: { $gt: since } }, "data.resting": { $ne: true } },
      { $min: { nextRunAt: now } },
    );
  }

  async setTurn(name: string, data: TurnData): Promise<void> {
    await this.model.updateOne({ name }, { $set: { data } });
  }

  /** Gives back what a process has taken ahead. */
  async unlock(owner: string): Promise<void> {
    await this.model.updateMany({ lastModifiedBy: owner }, { $set: { lockedAt: null } });
  }
}
