import { type Model, Schema, type Types } from "mongoose";
import { countUpTo } from "../mongo/count-up-to.ts";
import { oldestPending } from "../mongo/queue/oldest-pending.ts";
import type { Refusal } from "../errors.ts";
import type { Database } from "../mongo/database.ts";
import { duplicatesIn } from "../mongo/failure.ts";
import {
  BY_SHARE,
  BY_TIME,
  newSharedWork,
  SHARED_WORK_SCHEMA,
  type SharedWork,
} from "../mongo/queue/shared-work.ts";
import { type Try, TRIES_SCHEMA } from "../mongo/queue/tries.ts";
import { signalKey } from "./rules/order.ts";
import { ownerKeyOf } from "../text/github-names.ts";
import { countedTime } from "./rules/time-ahead.ts";
import type { Signal } from "./signal.ts";

export type Door = "http" | "redis";

/** A signal as it is stored: for long, so that its `source` and `id` are recognized when they return. */
export interface StoredSignal {
  source: string;
  id: string;
  type: Signal["type"];
  project: string;
  time: Date;
  data: Signal["data"];
  door: Door;
  receivedAt: Date;
  status: "pending" | "done" | "dead";
  problem: Refusal | null;
  /** How its latest claims ended. */
  tries?: readonly Try[];
  work: SharedWork;
}

const schema = new Schema<StoredSignal>(
  {
    source: { type: String, required: true },
    id: { type: String, required: true },
    type: { type: String, required: true },
    project: { type: String, required: true },
    time: { type: Date, required: true },
    data: { type: Schema.Types.Mixed, required: true },
    door: { type: String, required: true },
    receivedAt: { type: Date, required: true },
    status: { type: String, required: true },
    problem: { type: Schema.Types.Mixed, default: null },
    tries: TRIES_SCHEMA,
    work: SHARED_WORK_SCHEMA,
  },
  // `data` is stored as it was parsed, including empty objects; `id` is the sender's, not mongoose's.
  { minimize: false, id: false, versionKey: false },
);
schema.index({ source: 1, id: 1 }, { unique: true });
schema.index({ id: 1, _id: 1 });
schema.index(BY_TIME);
schema.index(BY_SHARE);
schema.index({ project: 1, time: 1 });
schema.index({ status: 1, receivedAt: 1, _id: 1 });

export const SIGNALS_COLLECTION = "signals";

export class SignalStore {
  readonly model: Model<StoredSignal>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredSignal>("Signal", schema, SIGNALS_COLLECTION);
  }

  /** When the signal that waits longest arrived; `null` if none waits. */
  async oldestPending(): Promise<Date | null> {
    return oldestPending(this.model);
  }

  /** How many that were received since then could not be acted on; at most `COUNTED_MAX`. */
  async countDead(since: Date): Promise<number> {
    return countUpTo(this.model, { status: "dead", receivedAt: { $gte: since } });
  }

  /** Those with this id, of all sources or of one, the oldest first: the id alone names a signal only if senders agree about ids. */
  async withId(
    { id, source }: { readonly id: string; readonly source?: string | undefined },
    limit: number,
  ): Promise<(StoredSignal & { _id: Types.ObjectId })[]> {
    return this.model
      .find({ id: { $eq: id }, ...(source !== undefined && { source: { $eq: source } }) })
      .sort({ _id: 1 })
      .limit(limit)
      .lean<(StoredSignal & { _id: Types.ObjectId })[]>();
  }

  /**
   * Stores the new signals; returns after a majority has them in its journal.
   *
   * @returns for each signal, in order, the stored one with its `source` and `id`; `null` if it is new
   */
  async insertNew(
    signals: readonly Signal[],
    { door, now }: { door: Door; now: Date },
  ): Promise<(StoredSignal | null)[]> {
    const documents = signals.map((signal) => toDocument(signal, { door, now }));
    try {
      await this.model.collection.insertMany(documents, { ordered: false });
    } catch (error) {
      const duplicates = duplicatesIn(error);
      const keys = duplicates
        .flatMap((index) => signals[index] ?? [])
        .map(({ source, id }) => ({ source, id }));
      const known = await this.model.find({ $or: keys }).lean();
      const stored = new Map(known.map((signal) => [signalKey(signal), signal]));
      return signals.map((signal, index) =>
        duplicates.includes(index) ? (stored.get(signalKey(signal)) ?? null) : null,
      );
    }
    return signals.map(() => null);
  }
}

function toDocument(signal: Signal, { door, now }: { door: Door; now: Date }): StoredSignal {
  return {
    ...signal,
    door,
    receivedAt: now,
    status: "pending",
    problem: null,
    // A signal takes a moment, so none is more urgent than another.
    work: newSharedWork(now, { share: shareOf(signal), urgent: true }),
  };
}

/** Signals that name no repository are each project's own share. */
function shareOf({ project, data }: Signal): string {
  return "repository" in data && data.repository !== undefined
    ? ownerKeyOf(data.repository)
    : `project ${project}`;
}

export function toSignal(stored: StoredSignal & { _id: Types.ObjectId }): Signal {
  const { source, id, type, project, data } = stored;
  return { source, id, type, project, time: countedTime(stored.time, stored.receivedAt), data } as Signal;
}
