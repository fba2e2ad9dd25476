import { type Model, Schema } from "mongoose";
import type { Database } from "../../../src/mongo/database.ts";
import { WORK_SCHEMA, type Work } from "../../../src/mongo/queue/work.ts";

export interface StoredLetter {
  text: string;
  answered: boolean;
  work: Work;
}

const schema = new Schema<StoredLetter>(
  { text: { type: String, required: true }, answered: { type: Boolean, default: false }, work: WORK_SCHEMA },
  { id: false, versionKey: false },
);
schema.index({ text: 1 }, { unique: true });
schema.index({ "work.owner": 1, "work.dueAt": 1 });

export const LETTERS_COLLECTION = "letters";

export class LetterStore {
  readonly model: Model<StoredLetter>;

  constructor(database: Database) {
    this.model = database.connection.model<StoredLetter>("Letter", schema, LETTERS_COLLECTION);
  }

  async add(text: string, now: Date): Promise<void> {
    const work = { dueAt: now, owner: null, epoch: 0, attempts: 0 };
    await this.model.updateOne({ text }, { $setOnInsert: { answered: false, work } }, { upsert: true });
  }
}
