import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { afterAll, beforeAll, expect, test } from "@jest/globals";
import { Database } from "../../src/mongo/database.ts";
import type { Signal } from "../../src/signals/signal.ts";
import { SignalStore } from "../../src/signals/store.ts";
import { eventually } from "../support/eventually.ts";
import { freshStores, type Stores } from "../support/servers/stores.ts";
import { POISON } from "./poisoned-signals.ts";

const WORKER = fileURLToPath(new URL("poisoned-worker.ts", import.meta.url));
const STARTS_MAX = 12;

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
  let deaths = 0;
  for (let start = 0; start < STARTS_MAX && (await pending()) > 0; start++) {
    const env = { ...process.env, NODE_OPTIONS: "", MONGODB_URI: stores.mongodbUri };
    const worker = fork(WORKER, { execArgv: [], env, stdio: ["ignore", "inherit", "inherit", "ipc"] });
    const ended = once(worker, "exit");
    const isDead = () => worker.signalCode === "SIGKILL";
    await eventually("its death, or nothing left to do", async () => isDead() || (await pending()) === 0);
    if (isDead()) deaths += 1;
    else worker.kill("SIGKILL");
    await ended;
  }
  expect(deaths).toBe(3);
  const dead = await store.model.find({ status: "dead" }).lean();
  expect(dead).toMatchObject([{ project: POISON, problem: { code: "signal_crashed" } }]);
  expect(await store.model.countDocuments({ status: "done" })).toBe(innocent.length);
});
