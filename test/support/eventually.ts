import { setTimeout as delay } from "node:timers/promises";

/** Most results come soon. Later tries are rarer: a question to the bot's API takes 4 ms of processor time, which others wait for. */
const FIRST_WAIT_MS = 5;
const WAIT_MS_MAX = 100;
const WAIT_GROWTH = 1.4;
/** What comes in five seconds on a quiet machine came after a minute where others ran too; only a failure waits so long. */
const PATIENCE_MS = 150_000;

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
  let waitMs = FIRST_WAIT_MS;
  while (Date.now() < giveUpAt) {
    const found = await find();
    if (found !== undefined && found !== null && found !== false) return found;
    await delay(waitMs);
    waitMs = Math.min(WAIT_MS_MAX, waitMs * WAIT_GROWTH);
  }
  throw new Error(`Not seen within ${patienceMs} ms: ${what}`);
}
