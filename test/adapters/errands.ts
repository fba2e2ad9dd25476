import { type Model, Schema } from "mongoose";
import { Database } from "../../src/mongo/database.ts";
import { type Work, WORK_SCHEMA } from "../../src/mongo/leased-work.ts";
import { freshStores } from "../support/servers/stores.ts";

/** Work that is nothing but that. */
export interface Errand {
  name: string;
  work: Work;
}

/** A collection of errands in a database of its own. */
export interface Errands extends AsyncDisposable {
  readonly database: Database;
  readonly model: Model<Errand>;
  add(name: string, dueAt: Date | null): Promise<void>;
}

export async function openErrands(): Promise<Errands> {
  const stores = await freshStores();
  const database = await Database.connect(stores.mongodbUri);
  const schema = new Schema<Errand>({ name: String, work: WORK_SCHEMA }, { id: false, versionKey: false });
  const model = database.connection.model<Errand>("Errand", schema);
  return {
    database,
    model,
    add: async (name, dueAt) => {
      await model.create({ name, work: { dueAt, owner: null, epoch: 0, attempts: 0, crashes: 0 } });
    },
    [Symbol.asyncDispose]: async () => {
      await database.close();
      await stores[Symbol.asyncDispose]();
    },
  };
}
