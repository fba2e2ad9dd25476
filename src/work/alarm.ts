interface AlarmOptions {
  /** When the next work falls due, be it in the past; `null` if there is none. */
  readonly nextDueAt: () => Promise<Date | null>;
  readonly now: () => Date;
  /** The longest sleep, in milliseconds: so late is work of which no nudge came and that was not there when asked. */
  readonly idleMs: number;
  /** How long to wait if the question fails. */
  readonly errorMs: number;
  readonly onError: (error: unknown) => void;
  /** Wakes whoever sleeps. */
  readonly ring: () => void;
}

/** Work that is due and that nobody here was given, since another process is about to take it, is tried again after this. */
const TRY_AGAIN_MS = 1_000;

/** Wakes idle lanes when something falls due. It asks once for all of them, and when somebody may know a reason to. */
export class Alarm {
  readonly #options: AlarmOptions;
  #timer: NodeJS.Timeout | undefined;
  #asking: Promise<void> | null = null;
  #isAskedAgain = false;
  /** The due time for which it has rung and that was not slept on since: to ring at once again would change nothing. */
  #rangForMs: number | null = null;
  #isStopped = false;

  constructor(options: AlarmOptions) {
    this.#options = options;
  }

  /** To be called by each lane that finds nothing to do. */
  set(): void {
    // An answer that is on its way may not know what this lane has just given back.
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
    const { nextDueAt, now, idleMs, ring } = this.#options;
    const dueAt = await nextDueAt();
    const untilDueMs = dueAt === null ? Infinity : dueAt.getTime() - now().getTime();
    if (dueAt === null || untilDueMs > 0) return Math.min(untilDueMs, idleMs);
    if (this.#rangForMs === dueAt.getTime()) return Math.min(TRY_AGAIN_MS, idleMs);
    this.#rangForMs = dueAt.getTime();
    ring();
    return idleMs;
  }
}
