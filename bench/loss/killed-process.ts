import { setTimeout as delay } from "node:timers/promises";

/** A process that can be killed and restarted. */
export interface Killable {
  readonly pid: number;
  readonly ended: Promise<unknown>;
}

/**
 * A process that needs a primary can't start while one is elected, so it is restarted until it can, as a
 * supervisor would.
 */
const STARTS_FAILED_MAX = 20;
const LOOK_EVERY_MS = 200;

/** A process that is killed with -9 a while after each start, and restarted at once. */
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
    // spare() reports a failure; until then nobody waits for this promise.
    this.#last.catch(() => {});
  }

  /** Resolves when it is up for the first time; from then on it will be killed. */
  static async begin<P extends Killable>(
    start: () => Promise<P>,
    pace: { lifeMs: number },
  ): Promise<KilledProcess<P>> {
    return new KilledProcess(start, await start(), pace);
  }

  get kills(): number {
    return this.#kills;
  }

  /** @throws the reason if the process can't be started */
  async untilKilled(times: number): Promise<void> {
    while (this.#kills < times) await Promise.race([delay(LOOK_EVERY_MS), this.#last]);
  }

  /** Stops killing it. @returns the process that keeps running */
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
      if (outcome === "ended") throw new Error("A process exited that had not been killed");
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
