import { setTimeout as delay } from "node:timers/promises";
import { MongoBackend } from "@agendajs/mongo-backend";
import { Agenda, type Job as Turn } from "agenda";
import type { Database } from "../mongo/database.ts";
import { isDuplicateKey } from "../mongo/failure.ts";
import { JOBS_COLLECTION, type JobStore, type TurnData } from "./job-store.ts";
import { inServerTime } from "./server-time.ts";
import type { JobTelemetry } from "../telemetry/jobs.ts";
import { backOffMs } from "../work/rules/back-off.ts";

/** What a job may request after it has run. */
export interface JobResult {
  /** When to run next, if not after the interval: because one run may not do all the work, or it must wait. */
  readonly againInMs?: number | undefined;
  /** No process may begin it earlier, even one that just started: for example, GitHub asked to wait. */
  readonly resting?: boolean;
}

/** If its process dies, the job runs again from the start, so it must be harmless to repeat. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /**
   * Also run it whenever a process starts, so that missed work does not wait for the next regular run; not if the last run began less than
   * so long ago, because a run that takes long would be all that processes do that are killed again and again.
   */
  readonly atStart?: true | { readonly unlessWithinMs: number };
  /** @param stopping aborted when the process is to end: then it may leave the rest to the next run */
  run(stopping: AbortSignal): Promise<JobResult>;
}

interface Deps {
  readonly database: Database;
  readonly store: JobStore;
  /** Names this process. */
  readonly owner: string;
  /** How long a dead process keeps a job. */
  readonly lockMs: number;
  readonly now: () => Date;
  readonly random: () => number;
  readonly telemetry: JobTelemetry;
}

/**
 * How often Agenda checks which jobs are due: rarely, because each check is a command for each job. It locks those due before
 * the next check ahead of time, and begins each at its own time.
 */
const CHECKS_PER_LOCK = 2;
const TOUCHES_PER_LOCK = 3;
/** Processes that start within this time of each other, as after an outage, share one run of a job. */
const STARTS_TOGETHER_MS = 10_000;
/** A job set further ahead than this, or than twice its interval, was set by a process with a wrong clock. */
const AHEAD_MS_MAX = 2 * 3_600_000;
/** After the last job has ended, how long its end may take to be stored. */
const DRAIN_MS_MAX = 1_000;
/** Rarely enough that one process with a wrong clock does not keep the others busy. */
const REPAIR_EVERY_MS = 3_600_000;

/**
 * Runs recurring jobs, each on one process at a time, on any process that is alive. Only this class uses Agenda,
 * https://github.com/agenda/agenda, and only as a clock: the work itself is stored in our collections, and a job reads
 * it there. Agenda's channel for changes is not used, because recurring jobs are known beforehand.
 */
export class Clock {
  readonly #deps: Deps;
  readonly #jobs: Job[] = [];
  readonly #running = new Set<Promise<void>>();
  readonly #stopping = new AbortController();
  #agenda: Agenda | null = null;
  #repairing: NodeJS.Timeout | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** Adds a job; call it before `start`. A job that no process has ever run begins at once. */
  every(job: Job): void {
    this.#jobs.push(job);
    this.#deps.telemetry.scheduled(job.name);
  }

  /** @throws any error of MongoDB */
  async start(): Promise<void> {
    const { owner, lockMs, database, now, telemetry } = this.#deps;
    const agenda = new Agenda({
      name: owner,
      backend: new MongoBackend({
        mongo: inServerTime(database.native, now),
        collection: JOBS_COLLECTION,
        // `JobStore` declares the only index that so few jobs need.
        ensureIndex: false,
      }),
      processEvery: lockMs / CHECKS_PER_LOCK,
      defaultConcurrency: 1,
      defaultLockLimit: 1,
      defaultLockLifetime: lockMs,
    });
    agenda.on("error", (error) => telemetry.setback("clock", error));
    for (const job of this.#jobs) {
      // oxlint-disable-next-line typescript/no-misused-promises -- of its two signatures, one takes a promise
      agenda.define(job.name, (turn: Turn<TurnData>) => {
        const run = this.#run(job, turn).finally(() => this.#running.delete(run));
        this.#running.add(run);
        return run;
      });
    }
    await agenda.ready;
    this.#agenda = agenda;
    await this.makeJobs();
    await this.#repair();
    await this.#bringForward();
    this.#repairing = setInterval(() => {
      this.#repair().catch((error: unknown) => telemetry.setback("clock_repair", error));
    }, REPAIR_EVERY_MS);
    await agenda.start();
  }

  /** Creates the jobs that are missing in the database, all at the start, later if it was dropped. Nothing before `start`. */
  async makeJobs(): Promise<void> {
    const agenda = this.#agenda;
    if (!agenda) return;
    for (const job of this.#jobs) await make(agenda, job);
  }

  /** Begins no more jobs, waits for running ones, and unlocks the jobs that were locked ahead of time. */
  async stop(): Promise<void> {
    const { owner, store, telemetry } = this.#deps;
    this.#stopping.abort();
    clearInterval(this.#repairing);
    if (!this.#agenda) return;
    const drained = this.#agenda.drain().catch((error: unknown) => telemetry.setback("clock", error));
    await Promise.allSettled(this.#running);
    // Agenda waits for ever for a job of which it could not store the end, as when MongoDB goes away.
    await Promise.race([drained, delay(DRAIN_MS_MAX, undefined, { ref: false })]);
    // Without it the locks end by themselves.
    await store.unlock(owner).catch((error: unknown) => telemetry.setback("job_unlock", error));
  }

  /** Makes jobs due that a process with a fast clock set or locked far ahead. */
  async #repair(): Promise<void> {
    const nowMs = this.#deps.now().getTime();
    for (const { name, everyMs } of this.#jobs) {
      await this.#deps.store.pullBack(name, {
        now: new Date(nowMs),
        aheadMax: new Date(nowMs + Math.max(AHEAD_MS_MAX, 2 * everyMs)),
        lockedMax: new Date(nowMs + this.#deps.lockMs),
      });
    }
  }

  /** Makes the jobs with `atStart` due, unless they are running, have just run, or rest. */
  async #bringForward(): Promise<void> {
    const nowMs = this.#deps.now().getTime();
    for (const { name, atStart } of this.#jobs) {
      if (!atStart) continue;
      const since = new Date(nowMs - (atStart === true ? STARTS_TOGETHER_MS : atStart.unlessWithinMs));
      await this.#deps.store.bringForward(name, { now: new Date(nowMs), since });
    }
  }

  async #run(job: Job, turn: Turn<TurnData>): Promise<void> {
    const { store, telemetry, lockMs, now, random } = this.#deps;
    const startedAt = now();
    const setFor = turn.attrs.data?.setFor ?? startedAt;
    const ran = { job: job.name, delayMs: Math.max(0, startedAt.getTime() - setFor.getTime()) };
    const stopping = this.#stopping.signal;
    // The job needs a next time, however this run ends: Agenda never begins a job without one.
    turn.schedule(inAgendasTime(0));
    // While Agenda waits for a job that runs, it still begins those that it has locked ahead of time.
    if (stopping.aborted) return;
    let touched = Promise.resolve();
    const touching = setInterval(() => {
      touched = touched
        .then(() => turn.touch())
        .catch((error: unknown) => {
          telemetry.setback("job_lock", error, { job: job.name });
        });
    }, lockMs / TOUCHES_PER_LOCK);
    let againInMs = backOffMs("job", { random: random() });
    let resting = false;
    try {
      ({ againInMs = job.everyMs, resting = false } = await job.run(stopping));
      telemetry.ran({ ...ran, outcome: "done" });
    } catch (error) {
      if (stopping.aborted) againInMs = 0;
      else telemetry.ran({ ...ran, outcome: "failed", error });
    } finally {
      clearInterval(touching);
      await touched; // a late one would lock the job again after its release
    }
    const ranMs = now().getTime() - startedAt.getTime();
    turn.schedule(inAgendasTime(againInMs - ranMs));
    const next = new Date(startedAt.getTime() + againInMs);
    await store.setTurn(job.name, { setFor: next, resting });
  }
}

/** Agenda uses its machine's date: see `inServerTime`. */
function inAgendasTime(inMs: number): Date {
  return new Date(Date.now() + inMs);
}

/**
 * Creates a job that is due at once; each run then sets the next time. With Agenda's own `every`, each process that starts
 * would unlock a job that another one is running, and a job whose process died would not begin before its next interval.
 */
async function make(agenda: Agenda, { name }: Job): Promise<void> {
  try {
    await agenda.create(name).unique({ name }, { insertOnly: true }).save();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
