import { OrbError } from "../errors.ts";

/** The contract: 503 within two seconds where MongoDB is away. */
const WRITTEN_WITHIN_MS = 1_800;

/** Until when whoever delivers waits for one write: the same moment in the queue, for the write and for the driver. */
export class Deadline {
  readonly #atMs: number;

  /** It begins to run now. */
  constructor(withinMs = WRITTEN_WITHIN_MS) {
    this.#atMs = performance.now() + withinMs;
  }

  /** Whole milliseconds, at least 1: the driver takes a `timeoutMS` of 0 for no limit. */
  get leftMs(): number {
    return Math.max(1, Math.ceil(this.#atMs - performance.now()));
  }

  /**
   * Waits for a write until then. The driver's own limit of time does not end one on a connection on which nothing comes
   * back: measured, 40 s.
   *
   * @throws OrbError `mongodb_unavailable` at the deadline: it may yet be written or not
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

/** MongoDB may have written it or not. */
export function notConfirmed(): OrbError {
  return new OrbError({
    code: "mongodb_unavailable",
    reason: "The bot's database did not confirm the write in time.",
    remedy: "Try again after the time in Retry-After.",
  });
}
