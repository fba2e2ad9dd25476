const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** How long GitHub keeps deliveries and can redeliver them. https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
export const KEPT_BY_GITHUB_MS = 72 * HOUR_MS;
/** After this time the operator must learn about missed deliveries, while there is still time to fix the cause. */
const ALARM_AFTER_MS = 48 * HOUR_MS;
/** GitHub lists an attempt after it has ended, maybe after others that began later; and clocks differ. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** How long a cursor is followed, in case it never reaches the end. */
const READING_MS_MAX = HOUR_MS;

/**
 * How far back to read GitHub's log, in milliseconds: older attempts were read before, or are no longer kept.
 *
 * @param readTo the time until which everything was read; `null` if nothing was
 */
export function readBackMs(readTo: Date | null, now: Date): number {
  const unreadMs = readTo === null ? KEPT_BY_GITHUB_MS : now.getTime() - readTo.getTime() + OVERLAP_MS;
  // What lies ahead was dated by a wrong clock.
  return unreadMs < 0 ? KEPT_BY_GITHUB_MS : Math.min(KEPT_BY_GITHUB_MS, unreadMs);
}

/** Whether to continue a reading that began at this time, instead of starting again. */
export function canResume(beganAt: Date, now: Date): boolean {
  return Math.abs(now.getTime() - beganAt.getTime()) < READING_MS_MAX;
}

/**
 * The state of a gap: `closing` while it is young, `alarming` if it grows old, and `lost` if GitHub may have forgotten
 * some of the failed deliveries.
 *
 * @param since when the oldest delivery that the inbox still lacks failed, or the time until which the log was read
 */
export function gapOf(since: Date, now: Date): "closing" | "alarming" | "lost" {
  const ageMs = now.getTime() - since.getTime();
  if (ageMs > KEPT_BY_GITHUB_MS) return "lost";
  return ageMs > ALARM_AFTER_MS ? "alarming" : "closing";
}
