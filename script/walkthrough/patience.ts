import { setTimeout as delay } from "node:timers/promises";
import { OrbError } from "../../src/errors.ts";

const PATIENCE_MS = 60_000;
const STEP_MS = 200;

/**
 * Asks until there is an answer.
 *
 * @param what it waits for, for people
 * @throws OrbError `no_answer` after a minute
 */
export async function eventually<T>(what: string, ask: () => Promise<T | null>): Promise<T> {
  for (const end = Date.now() + PATIENCE_MS; Date.now() < end; await delay(STEP_MS)) {
    const answer = await ask();
    if (answer !== null) return answer;
  }
  throw new OrbError({
    code: "no_answer",
    reason: `Waited ${PATIENCE_MS / 1000} s for ${what}.`,
    remedy: "The bot's log says what it did instead.",
  });
}
