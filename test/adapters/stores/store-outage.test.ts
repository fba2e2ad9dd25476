import { MongoServerError } from "mongodb";
import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import { createLogger } from "../../../src/monitoring/logger.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { parseSignal } from "../../../src/signals/rules/parse-signal.ts";
import { SignalStore } from "../../../src/signals/store.ts";
import { signalQueue } from "../../../src/signals/signal-work.ts";
import { SignalTelemetry } from "../../../src/telemetry/signals.ts";
import { type Inbox, LEASE_MS, openInbox } from "../../support/webhooks/inbox.ts";
import { simulatedWorker } from "../../support/worker.ts";
import { projectCreated } from "../../support/signals.ts";

/** More failures than a signal or a delivery has tries. */
const FAILURES = 20;
const NOW = new Date("2126-01-05T09:00:00Z");

let inbox: Inbox;
let failuresLeft: number;

beforeEach(async () => {
  inbox = await openInbox({ startAt: NOW });
  failuresLeft = FAILURES;
});

afterEach(async () => {
  await inbox[Symbol.asyncDispose]();
});

/** Another transaction has the document. Without its label, the driver does not try again by itself. */
function failFirst(): void {
  if (failuresLeft-- > 0) throw new MongoServerError({ message: "Write conflict", code: 112 });
}

test("a delivery survives more failures of MongoDB than it has tries", async () => {
  await inbox.receive(1, "patient");
  const work = inbox.worker("p", async () => {
    failFirst();
    return { outcome: "applied", because: "MongoDB answered" };
  });
  for (let run = 0; run < FAILURES; run++) {
    expect(await work.runOne()).toBe(true);
    expect(await inbox.stored("patient")).toMatchObject({
      status: "pending",
      problem: { code: "mongodb_unavailable" },
    });
    inbox.pass(300_000);
  }
  await work.runOne();
  expect(await inbox.stored("patient")).toMatchObject({ status: "done", problem: null });
});

test("so does a signal", async () => {
  const { database } = inbox;
  const store = new SignalStore(database);
  await database.createIndexes();
  let now = NOW;
  const signal = parseSignal(projectCreated("patient"), now);
  await store.insertNew([signal], { door: "http", now });
  const log = createLogger({ level: "silent", format: "json" });
  const work = signalQueue({
    store,
    database,
    telemetry: new SignalTelemetry({ log, metrics: new Metrics() }),
    worker: simulatedWorker(database, { owner: "p", leaseMs: LEASE_MS, now: () => now }),
    handle: async () => {
      failFirst();
      return () => {};
    },
  });
  const stored = () => store.model.findOne({ project: "patient" }).lean();
  for (let run = 0; run < FAILURES; run++) {
    expect(await work.runOne()).toBe(true);
    expect(await stored()).toMatchObject({ status: "pending", problem: { code: "mongodb_unavailable" } });
    now = new Date(now.getTime() + 300_000);
  }
  await work.runOne();
  expect(await stored()).toMatchObject({ status: "done", problem: null });
});
