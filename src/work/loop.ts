import { setTimeout as delay } from "node:timers/promises";
import { Alarm } from "./alarm.ts";

/**
 * Does one unit of work; answers whether there may be more to do at once. In a loop with several lanes it calls `taken` as
 * soon as it has a unit, before it works on it: only then does another lane look for more.
 */
type RunOnce = (stopping: AbortSignal, taken: () => void) => Promise<boolean>;

export interface LoopOptions {
  readonly runOnce: RunOnce;
  /** Units of work at the same time. */
  readonly concurrency?: number;
  /** Work that must be done one unit at a time, in its own lane. It falls due by the clock only; a nudge means nothing to it. */
  readonly runAlone?: RunOnce;
  /** When the next work falls due, so that lanes can sleep until then. Without it they look for work every `idleMs`. */
  readonly nextDueAt?: () => Promise<Date | null>;
  readonly now?: () => Date;
  /** The longest time without asking the store, in milliseconds. */
  readonly idleMs: number;
  /** The same while every addition is reported by a nudge; `idleMs` unless given. */
  readonly quietMs?: number;
  /** How long to wait after an error; the error itself is reported, never thrown out of the loop. */
  readonly errorMs: number;
  readonly onError: (error: unknown) => void;
}

interface Sleeper {
  readonly isAlone: boolean;
  wake(): void;
}

/**
 * Does due work until it is stopped. Lanes without work sleep until something falls due or a nudge comes. A nudge wakes one
 * lane, and that lane wakes the next one as soon as it has found something: so one piece of news does not make every lane
 * ask the store. Work is only ever found by asking the store, so a nudge that is lost costs time and nothing else: while
 * nudges are sure to come (`hears`) the loop asks rarely, otherwise often.
 */
export class Loop {
  readonly #options: LoopOptions;
  readonly #stopping = new AbortController();
  readonly #alarm: Alarm | null;
  #lanes: Promise<void>[] = [];
  /** Counted so that a lane notices a nudge that came while it asked the store. */
  #nudges = 0;
  #sleepers: Sleeper[] = [];
  #hears = false;

  constructor(options: LoopOptions) {
    this.#options = options;
    const { nextDueAt, now = () => new Date() } = options;
    this.#alarm = nextDueAt
      ? new Alarm({ ...options, nextDueAt, now, idleMs: () => this.#idleMs, ring: () => this.#ring() })
      : null;
  }

  start(): void {
    const { runOnce, runAlone, concurrency = 1 } = this.#options;
    this.#lanes = Array.from({ length: concurrency }, () => this.#run(runOnce, { isAlone: false }));
    if (runAlone) this.#lanes.push(this.#run(runAlone, { isAlone: true }));
  }

  nudge(): void {
    this.#nudges++;
    this.#wake(this.#sleepers.find(({ isAlone }) => !isAlone));
  }

  /** Whether every addition is reported by a nudge from now on. Nudges before that may have been lost, so it asks at once. */
  hears(isHearing: boolean): void {
    this.#hears = isHearing;
    this.nudge();
  }

  get #idleMs(): number {
    const { idleMs, quietMs = idleMs } = this.#options;
    return this.#hears ? quietMs : idleMs;
  }

  /** Something fell due. Only the store can say whether it is ordinary work or a take-over. */
  #ring(): void {
    this.nudge();
    this.#wake(this.#sleepers.find(({ isAlone }) => isAlone));
  }

  #wake(sleeper: Sleeper | undefined): void {
    this.#sleepers = this.#sleepers.filter((each) => each !== sleeper);
    sleeper?.wake();
  }

  /** Takes no more work and waits for what is under way. Safe to call twice. */
  async stop(): Promise<void> {
    this.#stopping.abort();
    await Promise.all([...this.#lanes, this.#alarm?.stop()]);
  }

  async #run(runOnce: RunOnce, { isAlone }: Pick<Sleeper, "isAlone">): Promise<void> {
    const { errorMs, onError } = this.#options;
    const stopping = this.#stopping.signal;
    const taken = () => this.nudge();
    while (!stopping.aborted) {
      const nudges = this.#nudges;
      try {
        if (await runOnce(stopping, taken)) continue;
        if (isAlone || nudges === this.#nudges) await this.#sleep(isAlone);
      } catch (error) {
        onError(error);
        await delay(errorMs, undefined, { signal: stopping }).catch(() => {});
      }
    }
  }

  async #sleep(isAlone: boolean): Promise<void> {
    const stopping = this.#stopping.signal;
    if (stopping.aborted) return;
    const { promise: woken, resolve } = Promise.withResolvers<void>();
    const wake = () => resolve();
    const sleeper = { isAlone, wake };
    this.#sleepers.push(sleeper);
    stopping.addEventListener("abort", wake);
    const timer = this.#alarm ? undefined : setTimeout(() => this.#wake(sleeper), this.#idleMs);
    this.#alarm?.set();
    await woken;
    clearTimeout(timer);
    stopping.removeEventListener("abort", wake);
  }
}
