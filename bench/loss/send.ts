import { setTimeout as delay } from "node:timers/promises";
import type { Outgoing, Webhooks } from "../../test/local-github/webhooks/webhooks.ts";

export interface Rate {
  readonly perSecond: number;
  /** How long a process runs before it is killed. */
  readonly lifeMs: number;
}

const TICK_MS = 10;

/**
 * Sends deliveries one after the other at a fixed rate without waiting for answers; resolves when the last one
 * is on its way. If the machine can't keep up, it catches up later: a lower rate would make the run easier.
 *
 * @param meanwhile called once for each second of the schedule, one call after the other
 */
export async function sendAtRate(
  schedule: readonly Outgoing[],
  webhooks: Pick<Webhooks, "post">,
  { perSecond }: Pick<Rate, "perSecond">,
  meanwhile: (second: number) => Promise<void> = async () => {},
): Promise<{ readonly durationMs: number }> {
  const startedAt = performance.now();
  const elapsedMs = () => performance.now() - startedAt;
  let next = 0;
  let seconds = 0;
  let acting = Promise.resolve();
  while (next < schedule.length) {
    const due = Math.min(schedule.length, Math.floor((elapsedMs() / 1000) * perSecond));
    for (const outgoing of schedule.slice(next, due)) webhooks.post(outgoing);
    next = due;
    for (; seconds < Math.floor(due / perSecond); seconds++) {
      const second = seconds;
      acting = acting.then(() => meanwhile(second));
    }
    await delay(TICK_MS);
  }
  const durationMs = elapsedMs();
  await acting;
  return { durationMs };
}
