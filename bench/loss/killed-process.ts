import { setTimeout as delay } from "node:timers/promises";

/** A process that can be killed and started again. */
export interface Killable {
  readonly pid: number;
  readonly ended: Promise<unknown>;
}

/** While a primary is elected nothing that needs one starts; whoever runs the bot starts it again and again. */
const STARTS_FAILED_MAX = 20;
const LOOK_EVERY_MS = 200;

/** A process that is killed with -9 again and again, a while after it is up each time, and started again at once. */
export class KilledProcess<P extends Killable> {
  readonly #start: () => Promise<P>;
  readonly #lifeMs: number;
  readonly #spared = new AbortController();
  #kills = 0;
  readonly #last: Promise<P>;

  private constructor(start: () => Promise<P>, first: P, { lifeMs }: { lifeMs: number }) {
    this.#start = start;
    this.#lifeMs = lifeMs;
    this.#last = this.#liveAndDie(first);
    // Whoever spares it learns of a failure; until then nobody waits for it.
    this.#last.catch(() => {});
  }

  /** Resolves when it is up for the first time; from then on its days are numbered. */
  static async begin<P extends Killable>(
    start: () => Promise<P>,
    pace: { lifeMs: number },
  ): Promise<KilledProcess<P>> {
    return new KilledProcess(start, await start(), pace);
  }

  get kills(): number {
    return this.#kills;
  }

  /** @throws what the process could not be started for */
  async untilKilled(times: number): Promise<void> {
    while (this.#kills < times) await Promise.race([delay(LOOK_EVERY_MS), this.#last]);
  }

  /** Kills it no more. @returns the process as it lives on */
  async spare(): Promise<P> {
    this.#spared.abort();
    return this.#last;
  }

  async #liveAndDie(first: P): Promise<P> {
    let current = first;
    for (;;) {
      const { signal } = this.#spared;
      const due = delay(this.#lifeMs, "due", { signal }).catch(() => "spared");
      const outcome = await Promise.race([due, current.ended.then(() => "ended")]);
      if (outcome === "spared") return current;
      if (outcome === "ended") throw new Error("A process ended that nobody had killed");
      process.kill(current.pid, "SIGKILL");
      this.#kills += 1;
      await current.ended;
      current = await this.#started();
    }
  }

  async #started(): Promise<P> {
    for (let failed = 0; ; failed++) {
      try {
        return await this.#start();
      } catch (error) {
        if (failed + 1 >= STARTS_FAILED_MAX) throw error;
      }
    }
  }
}
