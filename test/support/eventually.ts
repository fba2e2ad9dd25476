import { setTimeout as delay } from "node:timers/promises";

const LOOK_EVERY_MS = 10;
const PATIENCE_MS = 45_000;

/**
 * Looks until there is something to see, and gives it back.
 *
 * @param look answers `undefined`, `null` or `false` where it is not there yet
 * @throws Error that names `what` after `patienceMs`
 */
export async function eventually<T>(
  what: string,
  look: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() < giveUpAt) {
    const seen = await look();
    if (seen !== undefined && seen !== null && seen !== false) return seen;
    await delay(LOOK_EVERY_MS);
  }
  throw new Error(`Not seen within ${patienceMs} ms: ${what}`);
}
