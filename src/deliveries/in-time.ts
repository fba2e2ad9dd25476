import { OrbError } from "../errors.ts";

/** Of one write, and what belongs to it. */
export const WRITE_TIMEOUT_MS = 1_500;

/**
 * Waits for a write as long as whoever delivers can wait for it. The driver's own limit of time does not end one on a connection
 * on which nothing comes back: measured, 40 s.
 *
 * @throws OrbError `mongodb_unavailable` after `WRITE_TIMEOUT_MS`: it may yet be written or not
 */
export async function inTime<T>(write: Promise<T>): Promise<T> {
  const { promise: tooLong, reject } = Promise.withResolvers<never>();
  const timer = setTimeout(() => reject(notConfirmed()), WRITE_TIMEOUT_MS);
  try {
    return await Promise.race([write, tooLong]);
  } finally {
    clearTimeout(timer);
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
