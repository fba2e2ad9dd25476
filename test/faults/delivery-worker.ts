// Works on deliveries as the bot does, in a process that one of them kills, or stops where it is asked to.

import { PartStore } from "../../src/deliveries/part-store.ts";
import { DeliveryStore } from "../../src/deliveries/store.ts";
import { DeliveryWork } from "../../src/deliveries/work.ts";
import { Database } from "../../src/mongo/database.ts";
import { createLogger } from "../../src/monitoring/logger.ts";
import { Metrics } from "../../src/monitoring/metrics.ts";
import { Telemetry } from "../../src/telemetry.ts";
import { Loop } from "../../src/work/loop.ts";
import { EFFECTS_COLLECTION, POISON, SEDATIVE } from "./poisoned-deliveries.ts";

const LEASE_MS = 500;
const LANES = 4;

let sleeps = process.env["SLEEPS"] === "yes";
const database = await Database.connect(process.env["MONGODB_URI"] ?? "");
const effects = database.native.collection(EFFECTS_COLLECTION);
const work = new DeliveryWork({
  store: new DeliveryStore(database),
  partStore: new PartStore(database),
  database,
  telemetry: new Telemetry({
    log: createLogger({ level: "silent", format: "json" }),
    metrics: new Metrics(),
  }),
  now: () => new Date(),
  random: Math.random,
  owner: String(process.pid),
  leaseMs: LEASE_MS,
  handlers: new Map([
    [
      "pull_request",
      async ({ id }, { transaction }) => {
        // Before the first write: MongoDB keeps what a dead process has written for a minute, and a test waits for that.
        if (id === POISON) process.kill(process.pid, "SIGKILL");
        await effects.insertOne({ delivery: id, pid: process.pid }, { session: transaction });
        if (id === SEDATIVE && sleeps) {
          sleeps = false;
          process.send?.("asleep");
          process.kill(process.pid, "SIGSTOP");
        }
        return { outcome: "applied", because: "It was asked for" };
      },
    ],
  ]),
});
const timing = { idleMs: 50, errorMs: 50, onError: console.error };
for (const loop of [
  new Loop({ ...timing, runOnce: () => work.runOne(), concurrency: LANES }),
  new Loop({ ...timing, runOnce: () => work.takeOverOne(), concurrency: 1 }),
]) {
  loop.start();
}
process.on("disconnect", () => process.exit(1)); // the test is gone
