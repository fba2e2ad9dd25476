import { setTimeout as delay } from "node:timers/promises";
import { repair } from "./repair.ts";
import type { LossStage } from "./stage.ts";

const LOOK_EVERY_MS = 500;
/** The bot keeps to GitHub's 80 writes a minute, so the last of them come late. */
const SETTLED_MS_MAX = 600_000;
/** Looks in a row that must find nothing under way: what is done on GitHub is told by webhooks again. */
const QUIET_LOOKS = 6;

/**
 * Repairs what was missed, and waits until the bot has worked off everything, or for ten minutes.
 *
 * @returns milliseconds that it took, and how many deliveries were asked for again
 */
export async function settle(stage: LossStage): Promise<{ durationMs: number; redelivered: number }> {
  const { github, inbox } = stage;
  const startedAt = performance.now();
  const redelivered = await repair(stage);
  let quietLooks = 0;
  while (quietLooks < QUIET_LOOKS && performance.now() - startedAt < SETTLED_MS_MAX) {
    await delay(LOOK_EVERY_MS);
    await github.webhooks.drain();
    quietLooks = (await inbox.isQuiet(new Date())) ? quietLooks + 1 : 0;
  }
  return { durationMs: performance.now() - startedAt, redelivered };
}
