import type { Database } from "../../src/mongo/database.ts";
import { StoredHeartbeat } from "../../src/mongo/queue/heartbeat.ts";
import { PACE } from "../../src/work/pace.ts";
import { Stop } from "../../src/work/stop.ts";
import type { Worker } from "../../src/work/worker.ts";

type Settings = Pick<Worker, "owner" | "leaseMs"> & Partial<Pick<Worker, "now" | "random" | "pace">>;

/** A process that does leased work: it lives as long as the test's process, or until it dies. */
export interface TestWorker extends Worker {
  /** From now on it shows no sign of life, as if it had been killed. */
  die(): void;
  sayGoodbye(): Promise<void>;
}

export function testWorker(
  database: Database,
  { now = database.clock.now, random = () => 0, pace = PACE, ...settings }: Settings,
): TestWorker {
  const { owner, leaseMs } = settings;
  // What a failed beat leads to is what tests look at.
  const heartbeat = new StoredHeartbeat(database, { owner, leaseMs, now, onError: () => {} });
  const die = () => heartbeat.stop();
  const sayGoodbye = () => heartbeat.sayGoodbye();
  return { ...settings, heartbeat, now, random, pace, stop: new Stop(), die, sayGoodbye };
}

/**
 * The same for a test that sets the clock: its heart beats only when it takes something, because no timer follows that clock.
 * So it counts as dead once more than a lease has passed since then.
 */
export function simulatedWorker(
  database: Database,
  settings: Settings & Pick<Worker, "now">,
): Omit<TestWorker, "die"> {
  const worker = testWorker(database, settings);
  const hold = () => worker.heartbeat.hold().finally(() => worker.die());
  return { ...worker, heartbeat: { hold } };
}
