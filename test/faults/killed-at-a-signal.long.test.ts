import { fork } from "node:child_process";
import { once } from "node:events";
import { fileURLToPath } from "node:url";
import { beforeEach, expect, test } from "../support/testing.ts";
import { parseSignal } from "../../src/signals/rules/parse-signal.ts";
import type { Signal } from "../../src/signals/signal.ts";
import { SignalStore } from "../../src/signals/store.ts";
import { useDatabase } from "../support/database.ts";
import { projectCreated } from "../support/signals.ts";
import { deathsUntil, startWorker } from "./deaths.ts";
import { POISON } from "./poison.ts";

const WORKER = fileURLToPath(new URL("signal-worker.ts", import.meta.url));
const WRITER = fileURLToPath(new URL("../support/writes-and-waits.ts", import.meta.url));
/** Less than MongoDB takes by itself. */
const FREE_WITHIN_MS = 30_000;

let store: SignalStore;
const own = useDatabase(({ database }) => {
  store = new SignalStore(database);
});

beforeEach(async () => {
  await store.model.deleteMany({});
});

function signal(project: string): Signal {
  const data = { project: { id: project } };
  const known = { source: "test", id: project, type: "orb.project.created", project };
  return { ...known, time: new Date("2026-01-05T09:00:00Z"), data } as unknown as Signal;
}

async function pending(): Promise<number> {
  return store.model.countDocuments({ status: "pending" });
}

test("what a process was writing when it was killed is soon free for other processes", async () => {
  const now = new Date();
  await store.insertNew([parseSignal(projectCreated("p-1"), now)], { door: "http", now });
  const child = fork(WRITER, [own.stores.mongodbUri]);
  await once(child, "message");
  child.kill("SIGKILL");
  await once(child, "exit");
  // MongoDB's own limit is a minute, and it checks every half of that.
  await store.model.updateOne(
    { id: { $exists: true } },
    { $set: { status: "dead" } },
    { maxTimeMS: FREE_WITHIN_MS },
  );
  expect(await store.model.findOne().lean()).toMatchObject({ status: "dead" });
});

test("a signal that three processes died of is quarantined, and the others are done", async () => {
  const innocent = Array.from({ length: 20 }, (_, index) => signal(`innocent-${index}`));
  await store.insertNew([...innocent.slice(0, 10), signal(POISON), ...innocent.slice(10)], {
    door: "http",
    now: new Date(),
  });
  const start = () => startWorker(WORKER, { MONGODB_URI: own.stores.mongodbUri });
  expect(await deathsUntil("nothing pending", async () => (await pending()) === 0, start)).toBe(3);
  const dead = await store.model.find({ status: "dead" }).lean();
  expect(dead).toMatchObject([{ project: POISON, problem: { code: "signal_crashed" } }]);
  expect(await store.model.countDocuments({ status: "done" })).toBe(innocent.length);
});
