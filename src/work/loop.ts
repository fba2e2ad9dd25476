import { setTimeout as delay } from "node:timers/promises";
import { Alarm } from "./alarm.ts";

/** Does one unit of work; answers whether there may be more to do at once. */
type RunOnce = (stopping: AbortSignal) => Promise<boolean>;

export interface LoopOptions {
  readonly runOnce: RunOnce;
  /** Units of work at the same time. */
  readonly concurrency?: number;
  /** Work of which one unit at a time is enough, in a lane of its own beside the others. */
  readonly runAlone?: RunOnce;
  /** When the next work falls due. Without it the store is asked for work every `idleMs`. */
  readonly nextDueAt?: () => Promise<Date | null>;
  readonly now?: () => Date;
  /** The longest time without a look into the store, in milliseconds. */
  readonly idleMs: number;
  /** How long to wait after an error; the error itself is reported, never thrown out of the loop. */
  readonly errorMs: number;
  readonly onError: (error: unknown) => void;
}

/**
 * Works through what is due until it is stopped, then sleeps until something falls due or a nudge comes. A nudge only
 * shortens the sleep: work is found by asking the store, so a nudge that is lost costs `idleMs` and nothing else.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  readonly #alarm: Alarm | null;
  #lanes: Promise<void>[] = [];
  /** Aborted, and replaced, by each nudge; every idle lane waits on the same one. */
  #nudged = new AbortController();

  constructor(options: LoopOptions) {
    this.#options = options;
    const { nextDueAt, now = () => new Date() } = options;
    this.#alarm = nextDueAt ? new Alarm({ ...options, nextDueAt, now, ring: () => this.nudge() }) : null;
  }

  start(): void {
    const { runOnce, runAlone, concurrency = 1 } = this.#options;
    this.#lanes = Array.from({ length: concurrency }, () => this.#run(runOnce));
    if (runAlone) this.#lanes.push(this.#run(runAlone));
  }

  nudge(): void {
    const previous = this.#nudged;
    this.#nudged = new AbortController();
    previous.abort();
  }

  /** Takes no more work and waits for what is under way. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#lanes, this.#alarm?.stop()]);
  }

  async #run(runOnce: RunOnce): Promise<void> {
    const { errorMs, onError } = this.#options;
    const stopping = this.#stopping.signal;
    while (!stopping.aborted) {
      const nudged = this.#nudged.signal;
      try {
        if (!(await runOnce(stopping))) await this.#sleep(AbortSignal.any([stopping, nudged]));
      } catch (error) {
        onError(error);
        await pause(errorMs, stopping);
      }
    }
  }

  async #sleep(until: AbortSignal): Promise<void> {
    if (!this.#alarm) return pause(this.#options.idleMs, until);
    if (until.aborted) return;
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    until.addEventListener("abort", () => resolve());
    this.#alarm.set();
    await woken;
  }
}

async function pause(durationMs: number, until: AbortSignal): Promise<void> {
  await delay(durationMs, undefined, { signal: until }).catch(() => {});
}
