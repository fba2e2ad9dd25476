import { setTimeout as delay } from "node:timers/promises";
import type { LossStage } from "./stage.ts";

const LOOK_EVERY_MS = 500;
/** The bot keeps to GitHub's 80 writes a minute, so the last of them come late; and a busy machine redelivers slowly. */
const SETTLED_MS_MAX = 1_200_000;
/** Looks in a row that must find nothing under way: what is done on GitHub is told by webhooks again. */
const QUIET_LOOKS = 6;

/** How a bot came to rest. */
export interface Settled {
  /** Milliseconds that it took. */
  readonly durationMs: number;
  /** Waits of the bot's that passed at once, and when. */
  readonly passed: readonly { readonly at: Date; readonly ms: number }[];
}

/**
 * Waits until the bot has got back what it missed, as it does by itself, and has worked off everything; or for twenty
 * minutes. Nothing but the bot's waits between two parts of what it asks GitHub for is cut short.
 *
 * @param since when the last delivery may have failed
 */
export async function settle({ github, inbox }: LossStage, since: Date): Promise<Settled> {
  const startedAt = performance.now();
  const passed = [];
  let quietLooks = 0;
  while (quietLooks < QUIET_LOOKS && performance.now() - startedAt < SETTLED_MS_MAX) {
    await delay(LOOK_EVERY_MS);
    await github.webhooks.drain();
    const isClosed = await inbox.gap.isClosed(since);
    const ms = isClosed ? 0 : await inbox.gap.passWait();
    if (ms > 0) passed.push({ at: new Date(), ms });
    quietLooks = isClosed && (await inbox.isQuiet(new Date())) ? quietLooks + 1 : 0;
  }
  return { durationMs: performance.now() - startedAt, passed };
}

/** Minutes from one moment to another as the bot's gap filler has lived them: those that passed at once count. */
export function simulatedMinutes({ passed }: Settled, from: Date, to: Date): number {
  const passedMs = passed.filter(({ at }) => at >= from && at < to).reduce((sum, { ms }) => sum + ms, 0);
  return (Math.max(0, to.getTime() - from.getTime()) + passedMs) / 60_000;
}
