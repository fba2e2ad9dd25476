const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;

/** For so long GitHub keeps deliveries, and can make them again. https://docs.github.com/en/webhooks/testing-and-troubleshooting-webhooks/redelivering-webhooks */
export const KEPT_BY_GITHUB_MS = 72 * HOUR_MS;
/** Somebody has to know of what has been missed for longer, while there is still time to mend it. */
const ALARM_AFTER_MS = 48 * HOUR_MS;
/** Attempts are listed when they have ended, which is after others that began later; and clocks differ. */
const OVERLAP_MS = 10 * MINUTE_MS;
/** Where a cursor leads nowhere, this is how long it is followed. */
const READING_MS_MAX = HOUR_MS;

/**
 * How far back GitHub's log is to be read, in milliseconds: what is older was read, or is kept no longer.
 *
 * @param readTo until when all of it was read; `null` where nothing was
 */
export function readBackMs(readTo: Date | null, now: Date): number {
  const unreadMs = readTo === null ? KEPT_BY_GITHUB_MS : now.getTime() - readTo.getTime() + OVERLAP_MS;
  return Math.min(KEPT_BY_GITHUB_MS, unreadMs);
}

/** Whether reading that was begun then is gone on with, instead of being begun anew. */
export function canResume(beganAt: Date, now: Date): boolean {
  return now.getTime() - beganAt.getTime() < READING_MS_MAX;
}

/**
 * How a gap stands: `closing` while it is young, `alarming` where it grows old, and `lost` where GitHub may have
 * forgotten some of what failed since.
 *
 * @param since when the first delivery failed that the inbox still lacks, or until when the log was read
 */
export function gapOf(since: Date, now: Date): "closing" | "alarming" | "lost" {
  const ageMs = now.getTime() - since.getTime();
  if (ageMs > KEPT_BY_GITHUB_MS) return "lost";
  return ageMs > ALARM_AFTER_MS ? "alarming" : "closing";
}
