import { setMaxListeners } from "node:events";
import { setTimeout as delay } from "node:timers/promises";
import { OrbError } from "../errors.ts";

/** The end of a process, for everything that works or waits in it. It has two moments: most running work soon ends by itself. */
export class Stop {
  readonly #asked = new AbortController();
  readonly #cut = new AbortController();

  constructor() {
    // Each lane, job and request may listen.
    for (const { signal } of [this.#asked, this.#cut]) setMaxListeners(0, signal);
  }

  /**
   * Aborted as soon as the process is to end: no work begins any more, and nothing waits for its turn. Its reason is `stopped()`, so
   * that work which throws it is given back and has not failed.
   */
  get asked(): AbortSignal {
    return this.#asked.signal;
  }

  /** Aborted when running work has had its time: requests that still run are given up. */
  get cut(): AbortSignal {
    return this.#cut.signal;
  }

  ask(): void {
    this.#asked.abort(stopped());
  }

  /** Safe to call twice. */
  cutOff(): void {
    this.ask();
    this.#cut.abort();
  }

  /**
   * Waits, but not beyond the moment when the process is to end.
   *
   * @throws OrbError `stopping`
   */
  async wait(ms: number): Promise<void> {
    await delay(ms, undefined, { signal: this.asked }).catch(() => {
      throw stopped();
    });
  }
}

/** The error of work that ends because its process does. It says nothing about the work itself. */
export function stopped(): OrbError {
  return new OrbError({
    code: "stopping",
    reason: "This process of the bot is stopping.",
    remedy: "No action needed: another process, or this one after its next start, continues.",
  });
}

export function isStopped(error: unknown): boolean {
  return error instanceof OrbError && error.code === "stopping";
}
