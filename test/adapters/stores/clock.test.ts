import { once } from "node:events";
import { afterEach, beforeEach, expect, test } from "../../support/testing.ts";
import pino from "pino";
import { Clock, type Job } from "../../../src/agenda/clock.ts";
import { JOBS_COLLECTION, JobStore } from "../../../src/agenda/job-store.ts";
import { Database } from "../../../src/mongo/database.ts";
import { Metrics } from "../../../src/monitoring/metrics.ts";
import { JobTelemetry } from "../../../src/telemetry/jobs.ts";
import { eventually } from "../../support/eventually.ts";
import { freshStores, type Stores } from "../../support/servers/stores.ts";

const HOUR_MS = 3_600_000;
/** Short, because Agenda leaves a timer of half this time after each run. */
const LOCK_MS = 1_000;

let stores: Stores;
let database: Database;
let store: JobStore;
const metrics = new Metrics();
const telemetry = new JobTelemetry({ log: pino({ level: "silent" }), metrics });
const clocks: Clock[] = [];

beforeEach(async () => {
  stores = await freshStores();
  database = await Database.connect(stores.mongodbUri);
  store = new JobStore(database);
  await database.createIndexes();
});

afterEach(async () => {
  for (const clock of clocks.splice(0)) await clock.stop();
  await database.close();
  await stores[Symbol.asyncDispose]();
});

async function startClock(owner: string, ...jobs: Job[]): Promise<Clock> {
  const { now } = database.clock;
  const clock = new Clock({ database, store, owner, lockMs: LOCK_MS, now, random: () => 0.5, telemetry });
  for (const job of jobs) clock.every(job);
  await clock.start();
  clocks.push(clock);
  return clock;
}

function counting(name: string, { everyMs = HOUR_MS, again }: { everyMs?: number; again?: number } = {}) {
  const ran: string[] = [];
  const job = (who: string): Job => ({
    name,
    everyMs,
    run: async () => {
      ran.push(who);
      return { againInMs: again };
    },
  });
  return { ran, job };
}

interface StoredJob {
  readonly name: string;
  readonly lockedAt: Date | null;
  readonly nextRunAt: Date;
  readonly lastRunAt: Date | null;
  /** Set once a run has ended. */
  readonly data: unknown;
}

const jobs = () => database.native.collection<StoredJob>(JOBS_COLLECTION);
const stored = (name: string) => jobs().findOne({ name });

/** Waits for the end of a run; returns the milliseconds from its beginning to the beginning of the next. */
async function stepAfterRun(name: string): Promise<number> {
  const step = await eventually(`the end of a run of ${name}`, async () => {
    const job = await stored(name);
    return (
      job?.data && job.lastRunAt && job.lockedAt === null && job.nextRunAt.getTime() - job.lastRunAt.getTime()
    );
  });
  return Number(step);
}

test("a job that never ran starts at once, in one of several processes, and its next run is scheduled", async () => {
  const { ran, job } = counting("tidy");
  await Promise.all(["a", "b", "c"].map((owner) => startClock(owner, job(owner))));
  const [first] = await eventually("a run", async () => ran.length > 0 && ran);
  expect(await stepAfterRun("tidy")).toBeGreaterThanOrEqual(HOUR_MS);
  expect(ran).toEqual([first]);
  expect(await jobs().countDocuments()).toBe(1);
  expect(await metrics.registry.metrics()).toContain('orb_jobs_total{job="tidy",outcome="done"} 1');
});

/** Leaves a job in the database that is due in an hour and that ran long ago. */
async function leaveBehind(job: Job, change: Record<string, unknown> = {}): Promise<void> {
  await startClock("earlier", job);
  await stepAfterRun(job.name);
  await clocks.pop()?.stop();
  const longAgo = new Date(Date.now() - HOUR_MS);
  await jobs().updateOne({ name: job.name }, { $set: { lastRunAt: longAgo, ...change } });
}

test.each([true, { unlessWithinMs: HOUR_MS / 2 }] as const)(
  "a job with `atStart` %j runs when processes start, in one of them, before its scheduled time",
  async (atStart) => {
    const { ran, job } = counting("greet");
    const greet = (who: string): Job => ({ ...job(who), atStart });
    await leaveBehind(greet("a"));
    await Promise.all(["b", "c", "d"].map((owner) => startClock(owner, greet(owner))));
    await eventually("a run at the start", async () => ran.length > 1);
    expect(await stepAfterRun("greet")).toBeGreaterThanOrEqual(HOUR_MS);
    expect(ran).toHaveLength(2);
  },
);

/** Later than now, however slow the machine is. */
const IN_AN_HOUR = new Date(Date.now() + HOUR_MS);

test.each([
  { when: "it has no `atStart`", job: {}, change: {} },
  { when: "it has just run", job: { atStart: true as const }, change: { lastRunAt: IN_AN_HOUR } },
  { when: "it ran a while ago", job: { atStart: { unlessWithinMs: 2 * HOUR_MS } }, change: {} },
  {
    when: "it rests",
    job: { atStart: true as const, run: async () => ({ againInMs: HOUR_MS, resting: true }) },
  },
])(
  "a process that starts does not run a job before its scheduled time if $when",
  async ({ job: more, change }) => {
    const job: Job = { ...counting("patient").job("a"), ...more };
    await leaveBehind(job, change);
    const left = await stored("patient");
    await startClock("b", job);
    expect((await stored("patient"))?.nextRunAt).toEqual(left?.nextRunAt);
  },
);

test("a job that has more to do runs again earlier", async () => {
  const { ran, job } = counting("sweep", { again: 10 });
  await startClock("a", job("a"));
  await eventually("a second run", async () => ran.length > 1);
});

test("a failed job is counted, and tried again before its next scheduled time", async () => {
  const failing: Job = { name: "fail", everyMs: HOUR_MS, run: () => Promise.reject(new Error("no")) };
  await startClock("a", failing);
  expect(await stepAfterRun("fail")).toBeLessThan(HOUR_MS);
  expect(await metrics.registry.metrics()).toContain('orb_jobs_total{job="fail",outcome="failed"} 1');
});

test("a job that another process is running is left to it, also by a process that has just started", async () => {
  const { promise: letGo, resolve } = Promise.withResolvers<void>();
  const ran: string[] = [];
  const long = (who: string): Job => ({
    name: "long",
    everyMs: 10,
    run: async () => {
      ran.push(who);
      await letGo;
      return {};
    },
  });
  await startClock("a", long("a"));
  await eventually("the run", async () => ran.length === 1);
  const { ran: others, job } = counting("other");
  await startClock("b", long("b"), job("b"));
  await eventually("the second process working", async () => others.length === 1);
  // The run takes longer than the lock: its process renews the lock, and no other one gets it.
  const lockedAt = async () => (await stored("long"))?.lockedAt?.getTime() ?? 0;
  const before = await lockedAt();
  await eventually("the lock kept", async () => (await lockedAt()) > before + LOCK_MS);
  expect(ran).toEqual(["a"]);
  resolve();
});

test("if a process dies, another one runs its job once the lock has expired", async () => {
  let left: StoredJob | null = null;
  const { ran, job } = counting("orphan");
  const remembering: Job = {
    ...job("a"),
    run: async (stopping) => {
      left = await stored("orphan");
      return job("a").run(stopping);
    },
  };
  await startClock("a", remembering);
  await eventually("the run finished", async () => (await stored("orphan"))?.lockedAt === null && ran.length);
  await clocks.pop()?.stop();
  // The job as it was in the middle of the run: a process that is killed there leaves this.
  if (left) await jobs().replaceOne({ name: "orphan" }, left);
  await startClock("b", job("b"));
  await eventually("a run by the other one", async () => ran.includes("b"));
});

test.each([
  { name: "scheduled in", change: { nextRunAt: new Date(Date.now() + 400 * 24 * HOUR_MS) } },
  { name: "locked in", change: { lockedAt: new Date(Date.now() + 400 * 24 * HOUR_MS) } },
])("a job that a wrong clock has $name another year does not block", async ({ change }) => {
  const { ran, job } = counting("future");
  await startClock("a", job("a"));
  await stepAfterRun("future");
  await clocks.pop()?.stop();
  await jobs().updateOne({ name: "future" }, { $set: { nextRunAt: new Date(0), ...change } });
  await startClock("b", job("b"));
  await eventually("a run by the next process", async () => ran.includes("b"));
});

test("a clock that stops waits for running jobs and leaves nothing locked", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const { promise: letGo, resolve } = Promise.withResolvers<void>();
  const job: Job = {
    name: "slow",
    everyMs: HOUR_MS,
    run: async () => {
      begin();
      await letGo;
      return {};
    },
  };
  const clock = await startClock("a", job);
  await begun;
  let stopped = false;
  const stopping = clock.stop().then(() => (stopped = true));
  expect(stopped).toBe(false);
  resolve();
  await stopping;
  expect(await stored("slow")).toMatchObject({ lockedAt: null, data: { setFor: expect.any(Date) } });
});

test("a job hears that the clock stops; what is left of it is due at once, and it has not failed", async () => {
  const { promise: begun, resolve: begin } = Promise.withResolvers<void>();
  const long: Job = {
    name: "long",
    everyMs: HOUR_MS,
    run: async (stopping) => {
      begin();
      await once(stopping, "abort");
      stopping.throwIfAborted();
      return {};
    },
  };
  const clock = await startClock("a", long);
  await begun;
  await clock.stop();
  const left = await stored("long");
  expect(left).toMatchObject({ lockedAt: null });
  expect(left?.nextRunAt.getTime()).toBeLessThanOrEqual(Date.now());
  expect(await metrics.registry.metrics()).toContain('orb_jobs_total{job="long",outcome="failed"} 0');
});
