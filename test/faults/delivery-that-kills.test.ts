import { randomUUID } from "node:crypto";
import { fileURLToPath } from "node:url";
import { afterEach, beforeEach, expect, test } from "../support/testing.ts";
import { eventually } from "../support/eventually.ts";
import { type Inbox, openInbox } from "../support/webhooks/inbox.ts";
import { deathsUntil, startWorker, type Worker } from "./deaths.ts";
import { EFFECTS_COLLECTION, POISON, SEDATIVE } from "./poison.ts";

const WORKER = fileURLToPath(new URL("delivery-worker.ts", import.meta.url));

let inbox: Inbox;
let appName: string;
const workers: Worker[] = [];

beforeEach(async () => {
  inbox = await openInbox({ startAt: new Date() });
  appName = `orb-${randomUUID()}`;
  await inbox.database.native.createCollection(EFFECTS_COLLECTION);
});

afterEach(async () => {
  for (const worker of workers.splice(0)) await worker.stop();
  await endTransactions();
  await inbox[Symbol.asyncDispose]();
});

/** MongoDB keeps the transactions of dead processes for a while, and drops no database as long as it has one. */
async function endTransactions(): Promise<void> {
  const { client } = inbox.database.native;
  const left = await client
    .db("admin")
    .aggregate<{ lsid: { id: unknown } }>(
      [{ $currentOp: { idleSessions: true } }, { $match: { type: "idleSession", appName } }],
      { readConcern: { level: "local" } },
    )
    .toArray();
  if (left.length > 0)
    await client.db("admin").command({ killSessions: left.map(({ lsid: { id } }) => ({ id })) });
}

function start({ sleeps = false } = {}): Worker {
  const { host, port, name } = inbox.database.connection;
  const MONGODB_URI = `mongodb://${host}:${port}/${name}?directConnection=true&appName=${appName}`;
  const worker = startWorker(WORKER, { MONGODB_URI, SLEEPS: sleeps ? "yes" : "no" });
  workers.push(worker);
  return worker;
}

async function pending(): Promise<number> {
  return inbox.store.model.countDocuments({ status: "pending" });
}

async function effects(): Promise<{ delivery: string; pid: number }[]> {
  const found = await inbox.database.native.collection(EFFECTS_COLLECTION).find().toArray();
  return found.map(({ delivery, pid }) => ({ delivery: String(delivery), pid: Number(pid) }));
}

test("a delivery that three processes died of is dead, and those that were handled beside it take effect once", async () => {
  const innocent = Array.from({ length: 20 }, (_, index) => `innocent-${index}`);
  for (const [index, id] of [...innocent.slice(0, 3), POISON, ...innocent.slice(3)].entries()) {
    await inbox.receive(index + 1, id);
  }
  expect(await deathsUntil("nothing pending", async () => (await pending()) === 0, start)).toBe(3);
  expect(await inbox.stored(POISON)).toMatchObject({
    status: "dead",
    work: { crashed: { length: 3 } },
    problem: { code: "delivery_crashed" },
  });
  expect((await effects()).map(({ delivery }) => delivery).sort()).toEqual(innocent.toSorted());
});

test("a process that was stopped past its lease in the middle of a delivery changes nothing after it resumes", async () => {
  await inbox.receive(1, SEDATIVE);
  const sleeper = start({ sleeps: true });
  await sleeper.message;
  const other = start();
  await eventually("the delivery done by the other", async () => (await pending()) === 0);

  // The next delivery is about the same pull request, so the sleeper must first finish the one in which it stopped.
  await other.stop();
  sleeper.kill("SIGCONT");
  await inbox.receive(1, "next");
  await eventually("the next delivery done", async () => (await pending()) === 0);
  expect(await effects()).toEqual([
    { delivery: SEDATIVE, pid: other.pid },
    { delivery: "next", pid: sleeper.pid },
  ]);
  expect(await inbox.stored(SEDATIVE)).toMatchObject({ status: "done", work: { crashed: [] } });
});
