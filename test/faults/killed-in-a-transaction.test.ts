import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { expect, test } from "@jest/globals";
import { Database } from "../../src/mongo/database.ts";
import { SignalStore } from "../../src/signals/store.ts";
import { freshStores } from "../support/servers/stores.ts";
import { projectCreated } from "../support/signals.ts";
import { parseSignal } from "../../src/signals/rules/parse-signal.ts";

const CHILD = fileURLToPath(new URL("../support/writes-and-waits.ts", import.meta.url));

test("what a process was writing when it was killed is soon free for the others", async () => {
  await using stores = await freshStores();
  const database = await Database.connect(stores.mongodbUri);
  try {
    const store = new SignalStore(database);
    const now = new Date();
    await store.insertNew([parseSignal(projectCreated("p-1"), now)], { door: "http", now });
    const child = fork(CHILD, [stores.mongodbUri]);
    await once(child, "message");
    child.kill("SIGKILL");
    await once(child, "exit");
    // MongoDB's own limit is a minute, and it looks for what is beyond it every half of that: Jest would not wait.
    await store.model.updateOne({ id: { $exists: true } }, { $set: { status: "dead" } });
    expect(await store.model.findOne().lean()).toMatchObject({ status: "dead" });
  } finally {
    await database.close();
  }
}, 30_000);
