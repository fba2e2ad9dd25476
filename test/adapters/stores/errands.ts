import { afterAll, beforeAll, beforeEach } from "@jest/globals";
import { type Model, Schema } from "mongoose";
import { Database } from "../../../src/mongo/database.ts";
import { type Work, WORK_SCHEMA } from "../../../src/mongo/leased-work.ts";
import { freshStores } from "../../support/servers/stores.ts";

/** Work that is nothing but that. */
export interface Errand {
  name: string;
  work: Work;
}

/** A collection of errands in a database of its own. */
interface Errands extends AsyncDisposable {
  readonly database: Database;
  readonly model: Model<Errand>;
  add(name: string, dueAt: Date | null): Promise<void>;
}

/** Errands of the tests of a file, none left from the test before. To be called once, at the top of the file. */
export function useErrands(): Omit<Errands, typeof Symbol.asyncDispose> {
  let errands: Errands;
  beforeAll(async () => {
    errands = await openErrands();
  });
  afterAll(async () => {
    await errands[Symbol.asyncDispose]();
  });
  beforeEach(async () => {
    await errands.model.deleteMany({});
  });
  return {
    get database() {
      return errands.database;
    },
    get model() {
      return errands.model;
    },
    add: (name, dueAt) => errands.add(name, dueAt),
  };
}

async function openErrands(): Promise<Errands> {
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
