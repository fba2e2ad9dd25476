const MINUTE_MS = 60_000;
const HOUR_MS = 60 * MINUTE_MS;
/** A session ends if nobody has used it for so long. */
export const IDLE_MS = 8 * HOUR_MS;
/** A session of a token ends after this, however much it is used. */
const OF_TOKEN_MS = 7 * 24 * HOUR_MS;
/** GitHub is asked who somebody is only when they sign in, so that they must do it again after a day. */
const OF_GITHUB_MS = 24 * HOUR_MS;

/** What decides whether a session is still good. */
export interface SessionTimes {
  readonly lastUsedAt: Date;
  readonly endsAt: Date;
}

/** When a session that begins now ends at the latest: never after the token from which it was made. */
export function endOfSession(
  from: { readonly kind: "token"; readonly tokenEndsAt: Date | null } | { readonly kind: "github" },
  nowMs: number,
): number {
  if (from.kind === "github") return nowMs + OF_GITHUB_MS;
  const latest = nowMs + OF_TOKEN_MS;
  return Math.min(latest, from.tokenEndsAt?.getTime() ?? latest);
}

/** When a session ends if nobody uses it any more, in milliseconds. */
export function idleEndOf({ lastUsedAt, endsAt }: SessionTimes): number {
  return Math.min(lastUsedAt.getTime() + IDLE_MS, endsAt.getTime());
}

/**
 * A session is good until the moment at which it ends, and not at that moment.
 *
 * @returns why it is not good, as a clause; `null` if it is
 */
export function whyEnded(times: SessionTimes, now: Date): string | null {
  if (times.endsAt <= now) return `its session ended at ${times.endsAt.toISOString()}`;
  if (idleEndOf(times) <= now.getTime()) {
    return `its session ended because nobody used it for ${IDLE_MS / HOUR_MS} hours`;
  }
  return null;
}
