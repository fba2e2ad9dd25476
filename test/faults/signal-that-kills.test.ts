import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Database } from "../../src/mongo/database.ts";
import type { Signal } from "../../src/signals/signal.ts";
import { SignalStore } from "../../src/signals/store.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";
import { deathsUntil, startWorker } from "./deaths.ts";
import { POISON } from "./poisoned-signals.ts";

const WORKER = fileURLToPath(new URL("signal-worker.ts", import.meta.url));

let stores: Stores;
let database: Database;
let store: SignalStore;

beforeAll(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  store = new SignalStore(database);
  await database.createIndexes();
});

afterAll(async () => {
  await database.close();
  await stores[Symbol.asyncDispose]();
});

function signal(project: string): Signal {
  const data = { project: { id: project } };
  const known = { source: "test", id: project, type: "orb.project.created", project };
  return { ...known, time: new Date("2026-01-05T09:00:00Z"), data } as unknown as Signal;
}

async function pending(): Promise<number> {
  return store.model.countDocuments({ status: "pending" });
}

test("a signal that three processes died of is set aside, and the others are done", async () => {
  const innocent = Array.from({ length: 20 }, (_, index) => signal(`innocent-${index}`));
  await store.insertNew([...innocent.slice(0, 10), signal(POISON), ...innocent.slice(10)], {
    door: "http",
    now: new Date(),
  });
  const start = () => startWorker(WORKER, { MONGODB_URI: stores.mongodbUri });
  expect(await deathsUntil("nothing pending", async () => (await pending()) === 0, start)).toBe(3);
  const dead = await store.model.find({ status: "dead" }).lean();
  expect(dead).toMatchObject([{ project: POISON, problem: { code: "signal_crashed" } }]);
  expect(await store.model.countDocuments({ status: "done" })).toBe(innocent.length);
});
