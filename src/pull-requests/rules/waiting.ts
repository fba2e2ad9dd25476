const MINUTE_MS = 60_000;

/** What somebody wants to stand in the way for a while, and how often it is looked at whether it still does. */
const RECHECK_MS: Readonly<Record<string, number>> = {
  on_hold: 10 * MINUTE_MS,
  open_limit_reached: MINUTE_MS,
};

/** Milliseconds until a refusal is looked at again that ends by itself; `null` for one that somebody has to mend. */
export function recheckMs(code: string): number | null {
  return Object.hasOwn(RECHECK_MS, code) ? (RECHECK_MS[code] ?? null) : null;
}
