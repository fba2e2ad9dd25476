import { setTimeout as delay } from "node:timers/promises";
import type { LossStage } from "./stage.ts";

const LOOK_EVERY_MS = 500;
/**
 * The bot keeps to GitHub's 80 writes a minute, so its last writes are late; and a busy machine redelivers
 * slowly.
 */
const SETTLED_MS_MAX = 1_200_000;
/** This many checks in a row must find nothing under way, because every write on GitHub causes new webhooks. */
const QUIET_LOOKS = 6;

/** The end of a bot's work. */
export interface Settled {
  /** Its duration in milliseconds. */
  readonly durationMs: number;
  /** The bot's waits that were skipped, with their times. */
  readonly passed: readonly { readonly at: Date; readonly ms: number }[];
}

/**
 * Waits, for at most twenty minutes, until the bot has recovered what it missed, as it does by itself, and has
 * processed everything. Only the bot's waits between two parts of its requests for redelivery are cut short.
 *
 * @param since when the last delivery may have failed
 */
export async function settle(
  { github, inbox }: Pick<LossStage, "github" | "inbox">,
  since: Date,
): Promise<Settled> {
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

/** Minutes between two moments in the time of the bot's recovery, which includes the skipped waits. */
export function simulatedMinutes({ passed }: Settled, from: Date, to: Date): number {
  const passedMs = passed.filter(({ at }) => at >= from && at < to).reduce((sum, { ms }) => sum + ms, 0);
  return (Math.max(0, to.getTime() - from.getTime()) + passedMs) / 60_000;
}
