/** The time of what is due at once, whatever the clock says. */
export const AT_ONCE_MS = 0;

/**
 * The time at which something that was stored as due at `at` is due, in milliseconds. A time that is further ahead than any
 * wait of the bot can be was stored by a wrong clock, and counts as due: otherwise one wrong clock would delay work by a
 * year.
 *
 * @param waitMsMax the longest wait that may have been stored, in milliseconds
 */
export function dueAtMs(at: Date, { now, waitMsMax }: { now: Date; waitMsMax: number }): number {
  return at.getTime() - now.getTime() > waitMsMax ? AT_ONCE_MS : at.getTime();
}

/** Whether something that was stored as due at `at` is due; see `dueAtMs`. */
export function isDue(at: Date, when: { now: Date; waitMsMax: number }): boolean {
  return dueAtMs(at, when) <= when.now.getTime();
}
