/** So many leases an answer may take, or a process needs to show itself again. */
const LEASES = 0.5;

/**
 * Whether it is doubtful that processes without a heartbeat have died: if MongoDB did not answer this process in time, it
 * did not answer theirs either. Then they get a moment to show themselves before others take what they hold.
 */
export class Doubt {
  readonly #graceMs: number;
  #untilMs = 0;

  constructor(leaseMs: number) {
    this.#graceMs = leaseMs * LEASES;
  }

  /** How much longer, in milliseconds; 0 if there is no doubt. */
  get leftMs(): number {
    return Math.max(0, this.#untilMs - performance.now());
  }

  /** Asks MongoDB, and notices whether it answers. */
  async ask<T>(question: Promise<T>): Promise<T> {
    const askedMs = performance.now();
    try {
      const answer = await question;
      if (performance.now() - askedMs > this.#graceMs) this.#raise();
      return answer;
    } catch (error) {
      this.#raise();
      throw error;
    }
  }

  #raise(): void {
    this.#untilMs = performance.now() + this.#graceMs;
  }
}
