/** How often the clock is compared with MongoDB's. */
const COMPARE_EVERY_MS = 60_000;

/**
 * A clock that follows MongoDB's, so that the clocks of all processes agree, whatever their machines believe. Leases, due times
 * and the order of answers depend on it. Between two comparisons it runs by Node's monotonic clock; if MongoDB is away, it
 * just goes on. It never reads the machine's date.
 */
export class ServerClock implements Disposable {
  readonly #ask: () => Promise<Date>;
  /** How far MongoDB's time is ahead of `performance.now()`. */
  #aheadMs: number | null = null;
  #timer: NodeJS.Timeout | undefined;

  /** @param ask answers with MongoDB's time at that moment */
  constructor(ask: () => Promise<Date>) {
    this.#ask = ask;
  }

  /** Compares for the first time, and from then on every minute. @throws what the question throws */
  async start(): Promise<void> {
    await this.compare();
    this.#timer = setInterval(() => {
      // MongoDB is away, which others report.
      this.compare().catch(() => {});
    }, COMPARE_EVERY_MS).unref();
  }

  /**
   * MongoDB read its clock at some moment between question and answer, so a slow answer proves little: the clock is set only
   * as far as it is proved wrong.
   */
  async compare(): Promise<void> {
    const askedMs = performance.now();
    const server = await this.#ask();
    // MongoDB leaves the fraction of its millisecond out.
    const [least, most] = [server.getTime() - performance.now(), server.getTime() + 1 - askedMs];
    this.#aheadMs = Math.min(most, Math.max(least, this.#aheadMs ?? (least + most) / 2));
  }

  readonly now = (): Date => {
    if (this.#aheadMs === null) throw new Error("The clock was not started");
    return new Date(performance.now() + this.#aheadMs);
  };

  [Symbol.dispose](): void {
    clearInterval(this.#timer);
  }
}
