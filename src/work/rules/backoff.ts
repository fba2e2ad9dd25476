const DOUBLINGS_MAX = 50; // far beyond any maximum, and not yet infinite: nothing times infinity is not a number

export interface Backoff {
  readonly firstMs: number;
  readonly maximumMs: number;
}

/**
 * Exponential back-off with "equal jitter": half of the wait is fixed, so it never hammers; half is drawn, so
 * that many who failed together do not return together.
 *
 * @param attempt how often it has been tried, from 1
 * @param random in [0, 1), passed in so that the rule stays a function of what it is given
 * @returns milliseconds to wait before the next attempt
 */
export function backoffMs({ firstMs, maximumMs }: Backoff, attempt: number, random: number): number {
  const full = Math.min(maximumMs, firstMs * 2 ** Math.min(attempt - 1, DOUBLINGS_MAX));
  return Math.round(full / 2 + (full / 2) * random);
}
