import { setTimeout as delay } from "node:timers/promises";

const TRY_EVERY_MS = 10;
const PATIENCE_MS = 45_000;

/**
 * Tries again and again until there is a result, and returns it.
 *
 * @param find returns `undefined`, `null` or `false` as long as there is no result
 * @throws Error with the text `what` after `patienceMs`
 */
export async function eventually<T>(
  what: string,
  find: () => Promise<T | undefined | null | false> | T | undefined | null | false,
  patienceMs: number = PATIENCE_MS,
): Promise<T> {
  const giveUpAt = Date.now() + patienceMs;
  while (Date.now() < giveUpAt) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) return found;
    await delay(TRY_EVERY_MS);
  }
  throw new Error(`Not seen within ${patienceMs} ms: ${what}`);
}
