import { type Collection, type Db } from "mongodb";

interface StoredJob {
  readonly name: string;
  readonly lockedAt: Date | null;
  readonly nextRunAt: Date;
}

const JOB = "missed-deliveries";
/** A process may already have claimed what is due this soon; it starts in time. */
const TAKEN_AHEAD_MS = 2_000;

/** How far the bot is with recovering what it missed; skips the waits in between. */
export class Gap {
  readonly #jobs: Collection<StoredJob>;
  readonly #missed: Collection<{ dueAt: Date }>;
  readonly #marks: Collection<{ readTo: Date | null }>;

  constructor(db: Db) {
    this.#jobs = db.collection("jobs");
    this.#missed = db.collection("missed_deliveries");
    this.#marks = db.collection("delivery_log_marks");
  }

  /** Whether the bot has read all of GitHub's log since then, and has everything that had failed in its inbox. */
  async isClosed(since: Date): Promise<boolean> {
    const [read, missed] = await Promise.all([
      this.#marks.findOne({ readTo: { $gte: since } }),
      this.#missed.findOne(),
    ]);
    return read !== null && missed === null;
  }

  /**
   * If the bot waits until it may ask GitHub for more, lets that time pass at once: moves its turn, and
   * everything else that it waits for, forward by the same time.
   *
   * @returns milliseconds that have passed
   */
  async passWait(): Promise<number> {
    const notSoon = { $gt: new Date(Date.now() + TAKEN_AHEAD_MS) };
    const job = await this.#jobs.findOne({ name: JOB, lockedAt: null, nextRunAt: notSoon });
    if (!job) return 0;
    const waitMs = job.nextRunAt.getTime() - Date.now();
    await this.#missed.updateMany({}, [{ $set: { dueAt: { $subtract: ["$dueAt", waitMs] } } }]);
    await this.#jobs.updateOne({ name: JOB, lockedAt: null }, { $set: { nextRunAt: new Date() } });
    return waitMs;
  }
}
