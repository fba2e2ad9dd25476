import { setTimeout as delay } from "node:timers/promises";

/** Whether a request is admitted. */
type Take = () => Promise<boolean>;

const ROUNDS = 3;
/** When the attacker comes back: shortly before a fixed window ends, and shortly after. */
const BEFORE_MS = 60;
const AFTER_MS = 25;

/**
 * Attacks a limiter around the border of a window: one request opens a fixed window, as many as the limit come at its end, and as
 * many again directly after it.
 *
 * @returns the most that were admitted within any window, by the clock of the attacker
 */
export async function attack(
  { limit, windowMs }: { readonly limit: number; readonly windowMs: number },
  take: Take,
): Promise<number> {
  const admitted: number[] = [];
  const burst = async (size: number) => {
    const taken = Array.from({ length: size }, async () => {
      if (await take()) admitted.push(performance.now());
    });
    await Promise.all(taken);
  };
  for (let round = 0; round < ROUNDS; round++) {
    await burst(1);
    await delay(windowMs - BEFORE_MS);
    await burst(limit);
    await delay(BEFORE_MS + AFTER_MS);
    await burst(limit);
    await delay(2 * windowMs);
  }
  return mostWithin(admitted, windowMs - BEFORE_MS);
}

/** The window is a little shorter than the limiter's, because the attacker's clock sees answers and not decisions. */
function mostWithin(times: readonly number[], windowMs: number): number {
  return Math.max(
    0,
    ...times.map((from) => times.filter((time) => time >= from && time < from + windowMs).length),
  );
}
