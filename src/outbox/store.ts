import { type Model, Schema, type Types } from "mongoose";
import type { Database, Transaction } from "../mongo/database.ts";
import type { OrbEvent } from "./event.ts";

export interface StoredEvent {
  _id: Types.ObjectId;
  project: string;
  /** Strictly increasing per project, from 1. */
  seq: number;
  type: OrbEvent["type"];
  data: OrbEvent["data"];
  time: Date;
  relayedAt: Date | null;
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
  },
  { minimize: false, id: false, versionKey: false },
);
eventSchema.index({ project: 1, seq: 1 }, { unique: true });
eventSchema.index({ relayedAt: 1, seq: 1 });
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
   */
  async append(
    project: string,
    event: OrbEvent,
    { time, transaction }: { time: Date; transaction: Transaction },
  ) {
    const sequence = await this.sequences
      .findOneAndUpdate(
        { _id: project },
        { $inc: { last: 1 } },
        { upsert: true, returnDocument: "after", session: transaction },
      )
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

  async markRelayed(events: readonly StoredEvent[], at: Date): Promise<void> {
    const ids = events.map((event) => event._id);
    await this.model.updateMany({ _id: { $in: ids } }, { $set: { relayedAt: at } });
  }
}
