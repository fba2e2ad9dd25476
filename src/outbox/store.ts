import { type Model, Schema, type Types } from "mongoose";
import type { Database, Transaction } from "../mongo/database.ts";
import type { OrbEvent } from "./event.ts";
import { BEFORE_ALL } from "./rules/entry-place.ts";

export interface StoredEvent {
  _id: Types.ObjectId;
  project: string;
  /** Strictly increasing per project, also over the loss of this database: see `append`. */
  seq: number;
  type: OrbEvent["type"];
  data: OrbEvent["data"];
  time: Date;
  relayedAt: Date | null;
  /** How far the stream had come when it was in: `entryPlace` of the last entry of its batch. */
  relayedAs: string | null;
}

/** Events stay for Server-Sent Events and for people to look at, and then go. */
const KEPT_SECONDS = 30 * 24 * 3600;

const eventSchema = new Schema<StoredEvent>(
  {
    project: { type: String, required: true },
    seq: { type: Number, required: true },
    type: { type: String, required: true },
    data: { type: Schema.Types.Mixed, required: true },
    time: { type: Date, required: true },
    relayedAt: { type: Date, default: null },
    relayedAs: { type: String, default: null },
  },
  { minimize: false, id: false, versionKey: false },
);
eventSchema.index({ project: 1, seq: 1 }, { unique: true });
eventSchema.index({ relayedAt: 1, seq: 1 });
eventSchema.index({ relayedAs: -1 });
eventSchema.index({ relayedAt: 1 }, { name: "expiry", expireAfterSeconds: KEPT_SECONDS });

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

  /** @param relayed whether there is somewhere to relay to: where not, events are not kept waiting for it */
  constructor(database: Database, { relayed }: { relayed: boolean }) {
    this.#relayed = relayed;
    this.model = database.connection.model<StoredEvent>("Event", eventSchema, OUTBOX_COLLECTION);
    this.sequences = database.connection.model<Sequence>("Sequence", sequenceSchema, "outbox_sequences");
  }

  /**
   * Writes an event as part of the transaction that it tells of. Taking the project's next number makes two
   * transactions about one project wait for each other, so the numbers are those of the commits.
   *
   * The number is the time in milliseconds, or the one after the last where that is larger. A reader leaves out what is
   * not above all that it has seen; so a database that was lost, or is back from an old copy, must not count on from
   * where it stands. The time is what both sides still know.
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
    const { type, data } = event;
    await this.model.create(
      [{ project, seq: sequence.last, type, data, time, relayedAt: this.#relayed ? null : time }],
      {
        session: transaction,
      },
    );
  }

  async hasUnrelayed(): Promise<boolean> {
    return (await this.model.exists({ relayedAt: null })) !== null;
  }

  /**
   * The next events to relay. By `seq` over all projects: so of one project's events the earlier always comes
   * first, whatever the size of the batch.
   */
  async unrelayed(limit: number): Promise<StoredEvent[]> {
    return this.model.find({ relayedAt: null }).sort({ seq: 1 }).limit(limit).lean();
  }

  /** @param as how far the stream had come with them */
  async markRelayed(events: readonly StoredEvent[], { at, as }: { at: Date; as: string }): Promise<void> {
    const ids = events.map((event) => event._id);
    await this.model.updateMany({ _id: { $in: ids } }, { $set: { relayedAt: at, relayedAs: as } });
  }

  /** How far the stream had come when it was last written to. */
  async reached(): Promise<string> {
    const latest = await this.model.findOne().sort({ relayedAs: -1 }).select({ relayedAs: 1 }).lean();
    return latest?.relayedAs ?? BEFORE_ALL;
  }

  /**
   * Makes events wait again that the stream has lost.
   *
   * @param after how far the stream has come as it is now
   * @param newestMax no more than so many; a batch counts as a whole. The rest is given up, as a stream gives it up
   * @returns how many there are
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
