import { type Model, Schema, type Types } from "mongoose";
import { causesOf } from "../mongo/causes.ts";
import type { Database, Transaction } from "../mongo/database.ts";
import { withoutSecretsInside } from "../text/secrets/without-secrets.ts";
import type { CauseKey } from "../work/rules/causes.ts";
import type { OrbEvent } from "./event.ts";
import { BEFORE_ALL } from "./rules/entry-place.ts";

export interface StoredEvent {
  _id: Types.ObjectId;
  project: string;
  /** Strictly increasing per project, even if this database is lost: see `append`. */
  seq: number;
  type: OrbEvent["type"];
  data: OrbEvent["data"];
  time: Date;
  relayedAt: Date | null;
  /** How far the stream had come with it: `entryPlace` of the last entry of its batch. */
  relayedAs: string | null;
  /** The deliveries and signals that led to it. Missing if there are none, and in events of earlier versions. */
  causes?: readonly CauseKey[];
}

/** Events stay for Server-Sent Events and for people to read; then they expire. */
export const EVENTS_KEPT_SECONDS = 30 * 24 * 3600;

const eventSchema = new Schema<StoredEvent>(
  {
    project: { type: String, required: true },
    seq: { type: Number, required: true },
    type: { type: String, required: true },
    data: { type: Schema.Types.Mixed, required: true },
    time: { type: Date, required: true },
    relayedAt: { type: Date, default: null },
    relayedAs: { type: String, default: null },
    causes: { type: [String], default: undefined },
  },
  { minimize: false, id: false, versionKey: false },
);
eventSchema.index({ project: 1, seq: 1 }, { unique: true });
eventSchema.index({ relayedAt: 1, seq: 1 });
eventSchema.index({ relayedAs: -1 });
eventSchema.index({ causes: 1, _id: 1 }, { partialFilterExpression: { causes: { $exists: true } } });
eventSchema.index({ relayedAt: 1 }, { name: "expiry", expireAfterSeconds: EVENTS_KEPT_SECONDS });

interface Sequence {
  _id: string;
  last: number;
}
const sequenceSchema = new Schema<Sequence>({ _id: String, last: Number }, { id: false, versionKey: false });

export const OUTBOX_COLLECTION = "outbox";

export class OutboxStore {
  readonly model: Model<StoredEvent>;
  readonly sequences: Model<Sequence>;
  readonly #relayed: boolean;

  /** @param relayed whether events are relayed at all: if not, they do not wait for it */
  constructor(database: Database, { relayed }: { relayed: boolean }) {
    this.#relayed = relayed;
    this.model = database.connection.model<StoredEvent>("Event", eventSchema, OUTBOX_COLLECTION);
    this.sequences = database.connection.model<Sequence>("Sequence", sequenceSchema, "outbox_sequences");
  }

  /**
   * Writes an event in the transaction that it reports. Taking the project's next number makes two transactions about
   * one project wait for each other, so the numbers have the order of the commits.
   *
   * The number is the time in milliseconds, or the last number plus one if that is larger. A reader skips events whose
   * number is not above all that it has seen, so a database that was lost or restored from an old copy must not continue
   * its old count. The time is known to both sides.
   *
   * Every text in the event is without secrets: it may be an agent's, a reviewer's, or that of a log.
   */
  async append(
    project: string,
    event: OrbEvent,
    { time, transaction }: { time: Date; transaction: Transaction },
  ) {
    const next = { $max: [{ $add: [{ $ifNull: ["$last", 0] }, 1] }, time.getTime()] };
    const sequence = await this.sequences
      .findOneAndUpdate({ _id: project }, [{ $set: { last: next } }], {
        upsert: true,
        updatePipeline: true,
        returnDocument: "after",
        session: transaction,
      })
      .lean();
    const { type } = event;
    const data = withoutSecretsInside(event.data);
    const causes = causesOf(transaction);
    const why = causes.length > 0 ? { causes: [...causes] } : {};
    await this.model.create(
      [{ project, seq: sequence.last, type, data, time, relayedAt: this.#relayed ? null : time, ...why }],
      {
        session: transaction,
      },
    );
  }

  /** The first events that a delivery or a signal led to, in the order in which they were stored. */
  async causedBy(cause: CauseKey, limit: number): Promise<StoredEvent[]> {
    return this.model.find({ causes: cause }).sort({ _id: 1 }).limit(limit).lean<StoredEvent[]>();
  }

  /**
   * Forgets the last numbers of projects of which nothing is left. The next event of such a project has the time as its number,
   * as the first one of any project; a last number that is not in the past stays.
   */
  async forgetSequences(
    projects: readonly string[],
    { now, transaction }: { now: Date; transaction: Transaction },
  ): Promise<void> {
    const past = { _id: { $in: [...projects] }, last: { $lt: now.getTime() } };
    await this.sequences.deleteMany(past, { session: transaction });
  }

  /** When the event happened that waits longest to be relayed; `null` if none waits. */
  async oldestUnrelayed(): Promise<Date | null> {
    const oldest = await this.model.findOne({ relayedAt: null }).sort({ seq: 1 }).select({ time: 1 }).lean();
    return oldest?.time ?? null;
  }

  async hasUnrelayed(): Promise<boolean> {
    return (await this.model.exists({ relayedAt: null })) !== null;
  }

  /**
   * The next events to relay, by `seq` over all projects: so the earlier event of a project always comes first, wherever
   * the caller stops. All are read as they are at one moment, even if MongoDB sends them in parts: otherwise a part could
   * have a later event of a project whose earlier one was committed after the part before.
   * https://www.mongodb.com/docs/manual/reference/read-concern-snapshot/
   */
  unrelayed(limit: number): AsyncIterable<StoredEvent> {
    return this.model.collection.find<StoredEvent>(
      { relayedAt: null },
      { sort: { seq: 1 }, limit, readConcern: { level: "snapshot" } },
    );
  }

  /** @param as the place of the stream's last entry after they were added */
  async markRelayed(events: readonly StoredEvent[], { at, as }: { at: Date; as: string }): Promise<void> {
    const ids = events.map((event) => event._id);
    await this.model.updateMany({ _id: { $in: ids } }, { $set: { relayedAt: at, relayedAs: as } });
  }

  /** The place of the stream's last entry after the last write. */
  async reached(): Promise<string> {
    const latest = await this.model.findOne().sort({ relayedAs: -1 }).select({ relayedAs: 1 }).lean();
    return latest?.relayedAs ?? BEFORE_ALL;
  }

  /**
   * Marks the events that the stream has lost as not relayed.
   *
   * @param after the place of the stream's last entry now
   * @param newestMax the maximum number, in whole batches. Older ones stay lost, because a stream would have dropped them
   * @returns how many were marked
   */
  async forgetRelayed({ after, newestMax }: { after: string; newestMax: number }): Promise<number> {
    const lost = { relayedAs: { $gt: after } };
    const tooOld = await this.model.find(lost).sort({ relayedAs: -1 }).skip(newestMax).limit(1).lean();
    const floor = tooOld[0]?.relayedAs ?? after;
    await this.model.updateMany({ relayedAs: { $gt: after, $lte: floor } }, { $set: { relayedAs: null } });
    const { modifiedCount } = await this.model.updateMany(
      { relayedAs: { $gt: floor } },
      { $set: { relayedAt: null, relayedAs: null } },
    );
    return modifiedCount;
  }
}
