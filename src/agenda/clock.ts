import { MongoBackend } from "@agendajs/mongo-backend";
import { Agenda, type Job as Turn } from "agenda";
import type { Database } from "../mongo/database.ts";
import { isDuplicateKey } from "../mongo/failure.ts";
import { JOBS_COLLECTION, type JobStore, type TurnData } from "./job-store.ts";
import type { JobTelemetry } from "../telemetry/jobs.ts";
import { backOffMs } from "../work/rules/back-off.ts";

/** What a job may ask for once it has run. */
export interface JobResult {
  /** Another time than after its interval: there is more to do than one run may, or it has to wait. */
  readonly againInMs?: number | undefined;
  /** Nobody is to begin it before that, not even a process that starts: somebody asked to be left alone. */
  readonly resting?: boolean;
}

/** Runs again from the start where its process dies in the middle, so that it must be harmless to repeat. */
export interface Job {
  readonly name: string;
  readonly everyMs: number;
  /** Also whenever a process starts, be its turn when it may: what was missed meanwhile does not wait for it. */
  readonly atStart?: boolean;
  run(): Promise<JobResult>;
}

interface Deps {
  readonly database: Database;
  readonly store: JobStore;
  /** Names this process. */
  readonly owner: string;
  /** How long a job stays with a process that has died. */
  readonly lockMs: number;
  readonly random: () => number;
  readonly telemetry: JobTelemetry;
}

/** How often it is looked which job is due. One that falls due until the next look is taken ahead, and begun in time. */
const LOOKS_PER_LOCK = 6;
const TOUCHES_PER_LOCK = 3;
/** Processes that start within this of each other, as all do after an outage, are content with one run of a job. */
const STARTS_TOGETHER_MS = 10_000;
/** What is set further ahead, or twice as far as its interval, was set while somebody's clock was wrong. */
const AHEAD_MS_MAX = 2 * 3_600_000;
/** So seldom that one process with a wrong clock does not keep the others busy. */
const MEND_EVERY_MS = 3_600_000;

/**
 * Runs jobs again and again, each on one process at a time, whichever of them are alive. Nobody else knows Agenda,
 * https://github.com/agenda/agenda, which is a clock here and nothing more: what is to be done lies in collections of
 * ours, and a job only goes and looks. Its channel for changes is left out, for what recurs is known beforehand.
 */
export class Clock {
  readonly #deps: Deps;
  readonly #jobs: Job[] = [];
  #agenda: Agenda | null = null;
  #mending: NodeJS.Timeout | undefined;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** To be said before `start`. A job that no process has ever run begins at once. */
  every(job: Job): void {
    this.#jobs.push(job);
  }

  /** @throws what MongoDB throws */
  async start(): Promise<void> {
    const { owner, lockMs, database, telemetry } = this.#deps;
    const agenda = new Agenda({
      name: owner,
      backend: new MongoBackend({
        mongo: database.native,
        collection: JOBS_COLLECTION,
        // `JobStore` declares the only one that a handful of jobs needs.
        ensureIndex: false,
      }),
      processEvery: lockMs / LOOKS_PER_LOCK,
      defaultConcurrency: 1,
      defaultLockLimit: 1,
      defaultLockLifetime: lockMs,
    });
    agenda.on("error", (error) => telemetry.setback("clock", error));
    for (const job of this.#jobs) {
      // oxlint-disable-next-line typescript/no-misused-promises -- of its two signatures, one takes a promise
      agenda.define(job.name, (turn: Turn<TurnData>) => this.#run(job, turn));
    }
    await agenda.ready;
    for (const job of this.#jobs) await make(agenda, job);
    await this.#mend();
    await this.#bringForward();
    this.#mending = setInterval(() => {
      this.#mend().catch((error: unknown) => telemetry.setback("clock_repair", error));
    }, MEND_EVERY_MS);
    await agenda.start();
    this.#agenda = agenda;
  }

  /** Begins nothing any more, waits for what is under way, and gives back what was taken ahead. */
  async stop(): Promise<void> {
    const { owner, store } = this.#deps;
    clearInterval(this.#mending);
    if (!this.#agenda) return;
    await this.#agenda.drain();
    await store.unlock(owner);
  }

  /** Begins what would not be begun for long because a clock was ahead, and is right again or stopped. */
  async #mend(): Promise<void> {
    const nowMs = Date.now();
    for (const { name, everyMs } of this.#jobs) {
      await this.#deps.store.pullBack(name, {
        now: new Date(nowMs),
        aheadMax: new Date(nowMs + Math.max(AHEAD_MS_MAX, 2 * everyMs)),
        lockedMax: new Date(nowMs + AHEAD_MS_MAX),
      });
    }
  }

  /** Has begun now what is to run at each start, unless somebody is at it, was so just now, or it rests. */
  async #bringForward(): Promise<void> {
    const nowMs = Date.now();
    const since = new Date(nowMs - STARTS_TOGETHER_MS);
    for (const { name } of this.#jobs.filter(({ atStart }) => atStart)) {
      await this.#deps.store.bringForward(name, { now: new Date(nowMs), since });
    }
  }

  async #run(job: Job, turn: Turn<TurnData>): Promise<void> {
    const { store, telemetry, lockMs, random } = this.#deps;
    const startedAt = new Date();
    const setFor = turn.attrs.data?.setFor ?? startedAt;
    const ran = { job: job.name, delayMs: Math.max(0, startedAt.getTime() - setFor.getTime()) };
    // However this ends, the job has a next time: Agenda never begins one without.
    turn.schedule(startedAt);
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
      ({ againInMs = job.everyMs, resting = false } = await job.run());
      telemetry.ran({ ...ran, outcome: "done" });
    } catch (error) {
      telemetry.ran({ ...ran, outcome: "failed", error });
    } finally {
      clearInterval(touching);
      await touched; // which would take it back once it is given back
    }
    const next = new Date(startedAt.getTime() + againInMs);
    turn.schedule(next);
    await store.setTurn(job.name, { setFor: next, resting });
  }
}

/**
 * To begin at once. Each run sets the next one: a job that Agenda repeats by itself, with `every`, would be given back each
 * time that a process starts, though another is at it, and one whose process dies would not begin before its next turn.
 */
async function make(agenda: Agenda, { name }: Job): Promise<void> {
  try {
    await agenda.create(name).unique({ name }, { insertOnly: true }).save();
  } catch (error) {
    if (!isDuplicateKey(error)) throw error;
  }
}
