// Works on signals as the bot does, in a process that one of them kills.

import { setImmediate as nextTurn } from "node:timers/promises";
import { Database } from "../../src/mongo/database.ts";
import { createLogger } from "../../src/monitoring/logger.ts";
import { Metrics } from "../../src/monitoring/metrics.ts";
import { SignalStore } from "../../src/signals/store.ts";
import { SignalWork } from "../../src/signals/work.ts";
import { Telemetry } from "../../src/telemetry.ts";
import { Loop } from "../../src/work/loop.ts";
import { POISON } from "./poisoned-signals.ts";

const LEASE_MS = 500;
/** Lanes that are at a signal, or look for one. */
const lanes = { busy: 0 };

const database = await Database.connect(process.env["MONGODB_URI"] ?? "");
const work = new SignalWork({
  store: new SignalStore(database),
  database,
  telemetry: new Telemetry({
    log: createLogger({ level: "silent", format: "json" }),
    metrics: new Metrics(),
  }),
  now: () => new Date(),
  random: Math.random,
  owner: String(process.pid),
  leaseMs: LEASE_MS,
  handle: async ({ project }) => {
    if (project !== POISON) return () => {};
    // MongoDB keeps what a dead process was about to commit locked for up to a minute, and a test is not that patient.
    while (lanes.busy > 1) await nextTurn();
    process.kill(process.pid, "SIGKILL");
    return () => {};
  },
});
const loop = new Loop({
  runOnce: async () => {
    lanes.busy += 1;
    return work.runOne().finally(() => (lanes.busy -= 1));
  },
  idleMs: 50,
  errorMs: 50,
  onError: console.error,
  concurrency: 4,
});
loop.start();
process.on("disconnect", () => process.exit(1)); // the test is gone
