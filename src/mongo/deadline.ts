import { OrbError } from "../errors.ts";

/** How long somebody waits for one write: for the queue, the write and the driver together. */
export class Deadline {
  readonly #atMs: number;

  /** The time starts now. */
  constructor(withinMs: number) {
    this.#atMs = performance.now() + withinMs;
  }

  /** Whole milliseconds, at least 1: the driver takes a `timeoutMS` of 0 for no limit. */
  get leftMs(): number {
    return Math.max(1, Math.ceil(this.#atMs - performance.now()));
  }

  /**
   * Waits for a write until the deadline. The driver has no time limit for a single operation: its `timeoutMS` does nothing
   * (7.8), and its limits for connections (`MONGO_LIMITS`) are longer.
   *
   * @throws OrbError `mongodb_unavailable` at the deadline: the write may still succeed
   */
  async wait<T>(write: Promise<T>): Promise<T> {
    const { promise: tooLong, reject } = Promise.withResolvers<never>();
    const timer = setTimeout(() => reject(notConfirmed()), this.leftMs);
    try {
      return await Promise.race([write, tooLong]);
    } finally {
      clearTimeout(timer);
    }
  }
}

/** The error for a write that MongoDB may or may not have made. */
export function notConfirmed(): OrbError {
  return new OrbError({
    code: "mongodb_unavailable",
    reason: "The bot's database did not confirm the write in time.",
    remedy: "Try again after the time in Retry-After.",
  });
}
