// Writes in a transaction that it never ends, as a process that is killed in the middle of a write.

import process from "node:process";
import { Database } from "../../src/mongo/database.ts";
import { SignalStore } from "../../src/signals/store.ts";

const database = await Database.connect(String(process.argv[2]));
const { model } = new SignalStore(database);
await database.transaction(async (transaction) => {
  await model.updateMany({}, { $set: { status: "done" } }, { session: transaction });
  process.send?.("written");
  await new Promise(() => setInterval(() => {}, 2 ** 30));
});
