import { setTimeout as delay } from "node:timers/promises";

interface AlarmOptions {
  /** When the next work falls due, which may be in the past; `null` if there is none. */
  readonly nextDueAt: () => Promise<Date | null>;
  readonly now: () => Date;
  /** The longest sleep at the moment, in milliseconds. Work that was added without a nudge can be this late. */
  readonly idleMs: () => number;
  /** How long to wait if `nextDueAt` fails. */
  readonly errorMs: number;
  readonly onError: (error: unknown) => void;
  /** Wakes the idle lanes. */
  readonly ring: () => void;
}

/** If work is due but no lane could claim it, another process probably has it. Try again after this. */
const TRY_AGAIN_MS = 1_000;

/** How long to wait before asking, so that one query serves all lanes that fall asleep at about the same time. */
const GATHER_MS = 20;

/** Wakes idle lanes when work falls due. One query serves all lanes. */
export class Alarm {
  readonly #options: AlarmOptions;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | null = null;
  #isAskedAgain = false;
  /** The due time for which it rang last. Ringing again for the same one, without a sleep, would change nothing. */
  #rangForMs: number | null = null;
  #isStopped = false;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** Each lane calls it when it finds nothing to do. */
  set(): void {
    // A query that is already running may miss what this lane has just released.
    this.#isAskedAgain = true;
    this.#asking ??= this.#ask().finally(() => (this.#asking = null));
  }

  /** Safe to call twice. */
  async stop(): Promise<void> {
    this.#isStopped = true;
    clearTimeout(this.#timer);
    await this.#asking;
  }

  async #ask(): Promise<void> {
    const { errorMs, onError } = this.#options;
    let sleepMs = 0;
    while (this.#isAskedAgain && !this.#isStopped) {
      await delay(GATHER_MS);
      this.#isAskedAgain = false;
      try {
        sleepMs = await this.#sleepMs();
      } catch (error) {
        if (!this.#isStopped) onError(error);
        sleepMs = errorMs;
      }
    }
    clearTimeout(this.#timer);
    if (this.#isStopped) return;
    this.#timer = setTimeout(() => {
      this.#rangForMs = null;
      this.set();
    }, sleepMs);
  }

  async #sleepMs(): Promise<number> {
    const { nextDueAt, now, ring } = this.#options;
    const dueAt = await nextDueAt();
    const idleMs = this.#options.idleMs();
    const untilDueMs = dueAt === null ? Infinity : dueAt.getTime() - now().getTime();
    if (dueAt === null || untilDueMs > 0) return Math.min(untilDueMs, idleMs);
    if (this.#rangForMs === dueAt.getTime()) return Math.min(TRY_AGAIN_MS, idleMs);
    this.#rangForMs = dueAt.getTime();
    ring();
    return idleMs;
  }
}
