import { type Model, Schema } from "mongoose";
import type { Database } from "../mongo/database.ts";
import { dueAtMs } from "../work/rules/due.ts";
import { dueFilter } from "../mongo/queue/due-filter.ts";
import { isDuplicateKey } from "../mongo/failure.ts";

/** The clocks of processes agree within milliseconds. */
const LONGER_THAN_A_TURN = 2;

interface Turn {
  _id: "relay";
  owner: string;
  until: Date;
}

const schema = new Schema<Turn>(
  { _id: String, owner: String, until: Date },
  { id: false, versionKey: false },
);

/** Stores which process relays at the moment. */
export class RelayLease {
  readonly model: Model<Turn>;

  constructor(database: Database) {
    this.model = database.connection.model<Turn>("Turn", schema, "outbox_turns");
  }

  /** @returns whether `owner` has the turn for `turnMs`: it already had the turn, or no process had */
  async take({ owner, now, turnMs }: { owner: string; now: Date; turnMs: number }): Promise<boolean> {
    const ended = dueFilter("until", { now, waitMsMax: turnMs * LONGER_THAN_A_TURN });
    try {
      await this.model.updateOne(
        { _id: "relay", $or: [{ owner }, ended] },
        { $set: { owner, until: new Date(now.getTime() + turnMs) } },
        { upsert: true },
      );
      return true;
    } catch (error) {
      // Another process has the turn: the filter does not match it, and the insert then collides with it.
      if (isDuplicateKey(error)) return false;
      throw error;
    }
  }

  /** When the turn of a process other than `owner` ends, possibly in the past; `null` if none has it. */
  async othersUntil({
    owner,
    now,
    turnMs,
  }: {
    owner: string;
    now: Date;
    turnMs: number;
  }): Promise<Date | null> {
    const turn = await this.model.findOne({ _id: "relay", owner: { $ne: owner } }).lean();
    return turn && new Date(dueAtMs(turn.until, { now, waitMsMax: turnMs * LONGER_THAN_A_TURN }));
  }

  async giveBack(owner: string): Promise<void> {
    await this.model.deleteOne({ _id: "relay", owner });
  }
}
