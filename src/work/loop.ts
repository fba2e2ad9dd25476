import { setTimeout as delay } from "node:timers/promises";

export interface LoopOptions {
  /** Does one unit of work; answers whether there may be more to do at once. */
  readonly runOnce: (stopping: AbortSignal) => Promise<boolean>;
  /** How long to wait for a nudge where there was nothing to do. */
  readonly idleMs: number;
  /** How long to wait after an error; the error itself is reported, never thrown out of the loop. */
  readonly errorMs: number;
  readonly onError: (error: unknown) => void;
  /** Units of work at the same time. */
  readonly concurrency?: number;
}

/**
 * Works through what is due until it is stopped. A nudge only shortens the wait: work is found by looking
 * into the store, so a nudge that is lost costs `idleMs` and nothing else.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  #lanes: Promise<void>[] = [];
  /** Aborted, and replaced, by each nudge; every idle lane waits on the same one. */
  #nudged = new AbortController();

  constructor(options: LoopOptions) {
    this.#options = options;
  }

  start(): void {
    const lanes = this.#options.concurrency ?? 1;
    this.#lanes = Array.from({ length: lanes }, () => this.#run());
  }

  nudge(): void {
    const previous = this.#nudged;
    this.#nudged = new AbortController();
    previous.abort();
  }

  /** Takes no more work and waits for what is under way. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all(this.#lanes);
  }

  async #run(): Promise<void> {
    const { runOnce, idleMs, errorMs, onError } = this.#options;
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      const nudged = this.#nudged.signal;
      try {
        if (!(await runOnce(stopping))) await this.#pause(idleMs, AbortSignal.any([stopping, nudged]));
      } catch (error) {
        onError(error);
        await this.#pause(errorMs, stopping);
      }
    }
  }

  async #pause(durationMs: number, until: AbortSignal): Promise<void> {
    await delay(durationMs, undefined, { signal: until }).catch(() => {});
  }
}
