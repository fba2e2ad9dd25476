const MINUTE_MS = 60_000;

/** What somebody wants to stand in the way for a while, and how often it is looked at whether it still does. */
const RECHECK_MS: Readonly<Record<string, number>> = {
  on_hold: 10 * MINUTE_MS,
  open_limit_reached: MINUTE_MS,
};

/** Nobody waits longer for a look, wherever they stand. */
const RECHECK_MAX_MS = 15 * MINUTE_MS;

/**
 * Milliseconds until a refusal is looked at again that ends by itself; `null` for one that somebody has to mend.
 *
 * @param position in the queue, from 1: who stands behind others is looked at more rarely, for a look costs requests
 */
export function recheckMs(code: string, position = 1): number | null {
  const ms = Object.hasOwn(RECHECK_MS, code) ? RECHECK_MS[code] : undefined;
  return ms === undefined ? null : Math.min(RECHECK_MAX_MS, ms * position);
}
