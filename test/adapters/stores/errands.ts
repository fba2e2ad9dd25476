import { beforeEach } from "../../support/testing.ts";
import { type Model, Schema } from "mongoose";
import type { Database } from "../../../src/mongo/database.ts";
import { WORKERS_COLLECTION } from "../../../src/mongo/queue/heartbeat.ts";
import { type Work, WORK_SCHEMA } from "../../../src/mongo/queue/work.ts";
import { useDatabase } from "../../support/database.ts";

/** The least that can be leased: work with a name. */
export interface Errand {
  name: string;
  work: Work;
}

/** A collection of errands in a database of its own. */
interface Errands {
  readonly database: Database;
  readonly model: Model<Errand>;
  add(name: string, dueAt: Date | null): Promise<void>;
}

const SCHEMA = new Schema<Errand>({ name: String, work: WORK_SCHEMA }, { id: false, versionKey: false });

/** Call it once, at the top of a file. Each test begins without errands. */
export function useErrands(): Errands {
  let model: Model<Errand>;
  const own = useDatabase(({ database }) => {
    model = database.connection.model<Errand>("Errand", SCHEMA);
  });
  beforeEach(async () => {
    await model.deleteMany({});
    await own.database.native.collection(WORKERS_COLLECTION).deleteMany({});
  });
  return {
    get database() {
      return own.database;
    },
    get model() {
      return model;
    },
    add: async (name, dueAt) => {
      await model.create({ name, work: { dueAt, owner: null, epoch: 0, attempts: 0 } });
    },
  };
}
