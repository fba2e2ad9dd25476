import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import { isDuplicateKey } from "../mongo/failure.ts";

interface Turn {
  _id: "relay";
  owner: string;
  until: Date;
}

const schema = new Schema<Turn>(
  { _id: String, owner: String, until: Date },
  { id: false, versionKey: false },
);

/** Which process relays at the moment. */
export class RelayLease {
  readonly model: Model<Turn>;

  constructor(database: Database) {
    this.model = database.connection.model<Turn>("Turn", schema, "outbox_turns");
  }

  /** @returns whether `owner` has the turn until `until`: it had it already, or nobody had. */
  async take({ owner, now, until }: { owner: string; now: Date; until: Date }): Promise<boolean> {
    try {
      await this.model.updateOne(
        { _id: "relay", $or: [{ owner }, { until: { $lte: now } }] },
        { $set: { owner, until } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      // Somebody else's turn is there: the filter misses it, and the insert that follows collides with it.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** Until when another process than `owner` has the turn, be that over; `null` where none has it. */
  async othersUntil(owner: string): Promise<Date | null> {
    const turn = await this.model.findOne({ _id: "relay", owner: { $ne: owner } }).lean();
    return turn?.until ?? null;
  }

  async giveBack(owner: string): Promise<void> {
    await this.model.deleteOne({ _id: "relay", owner });
  }
}
