import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";

/** Stored with a job, because Agenda forgets the planned time of a job as soon as it starts it. */
export interface TurnData {
  readonly setFor?: Date;
  readonly resting?: boolean;
}

/** A job as Agenda stores it: the fields that we read or write ourselves. */
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
// Without it, two processes that start together would create a job twice.
schema.index({ name: 1 }, { unique: true });

/** Agenda's collection, for queries that Agenda does not offer. */
export class JobStore {
  readonly model: Model<StoredJob>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredJob>("Job", schema, JOBS_COLLECTION);
  }

  /** Makes a job due that is set for later than `aheadMax`, or locked later than `lockedMax`: some clock was wrong. */
  async pullBack(name: string, { now, aheadMax, lockedMax }: { now: Date; aheadMax: Date; lockedMax: Date }) {
    const farOff = { nextRunAt: { $gt: aheadMax } };
    const heldFromThere = { lockedAt: { $gt: lockedMax } };
    await this.model.updateOne(
      { name, $or: [farOff, heldFromThere] },
      { $set: { nextRunAt: now, lockedAt: null } },
    );
  }

  /** Makes a job due, unless a process runs it, has run it since `since`, or it rests. */
  async bringForward(name: string, { now, since }: { now: Date; since: Date }): Promise<void> {
    await this.model.updateOne(
      { name, lockedAt: null, lastRunAt: { $not: { $gt: since } }, "data.resting": { $ne: true } },
      { $min: { nextRunAt: now } },
    );
  }

  async setTurn(name: string, data: TurnData): Promise<void> {
    await this.model.updateOne({ name }, { $set: { data } });
  }

  /** How many jobs no process has begun although they were due before, and since when the first of them is. */
  async late(before: Date): Promise<{ readonly count: number; readonly oldest: Date | null }> {
    const jobs = await this.model.find({}).select({ nextRunAt: 1, lockedAt: 1 }).lean();
    const late = jobs.flatMap(({ nextRunAt, lockedAt }) =>
      lockedAt === null && nextRunAt !== null && nextRunAt < before ? nextRunAt : [],
    );
    return { count: late.length, oldest: late.toSorted((a, b) => a.getTime() - b.getTime())[0] ?? null };
  }

  /** Unlocks the jobs that a process has locked ahead of time. */
  async unlock(owner: string): Promise<void> {
    await this.model.updateMany({ lastModifiedBy: owner }, { $set: { lockedAt: null } });
  }
}
