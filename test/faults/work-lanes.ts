import { Database } from "../../src/mongo/database.ts";
import { createLogger } from "../../src/monitoring/logger.ts";
import { Metrics } from "../../src/monitoring/metrics.ts";
import { testWorker } from "../support/worker.ts";
import { Loop } from "../../src/work/loop.ts";

const LEASE_MS = 500;
const LANES = 4;
export const instruments = {
  log: createLogger({ level: "silent", format: "json" }),
  metrics: new Metrics(),
};

/** What the work in a worker's process needs. The test names the database in `MONGODB_URI`. */
export async function openWork() {
  const database = await Database.connect(process.env["MONGODB_URI"] ?? "");
  const known = { owner: String(process.pid), leaseMs: LEASE_MS };
  return { database, worker: testWorker(database, { ...known, random: Math.random }) };
}

interface Work {
  runOne(taken: () => void): Promise<boolean>;
  takeOverOne(): Promise<boolean>;
}

/** Works as the bot does, in several lanes and one that takes over dropped work, until the process or the test ends. */
export function startLanes(work: Work): void {
  const timing = { idleMs: 50, errorMs: 50, onError: console.error };
  new Loop({ ...timing, runOnce: (_stopping, taken) => work.runOne(taken), concurrency: LANES }).start();
  new Loop({ ...timing, runOnce: () => work.takeOverOne(), concurrency: 1 }).start();
  process.on("disconnect", () => process.exit(1)); // the test is gone
}
