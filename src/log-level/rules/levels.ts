/** What the log may be set to while the bot runs, the most lines first. `silent` is for LOG_LEVEL alone: it would hide its own end. */
export const LOG_LEVELS = ["trace", "debug", "info", "warn", "error", "fatal"] as const;
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A level that was set while the bot runs. */
export interface TimedLevel {
  readonly level: LogLevel;
  /** From then on `LOG_LEVEL` holds again. */
  readonly until: Date;
}

/** The level in force, and for how long, in milliseconds; `null`: `LOG_LEVEL` holds. */
export function inForce(set: TimedLevel | null, now: Date): { level: LogLevel; leftMs: number } | null {
  if (!set || set.until <= now) return null;
  return { level: set.level, leftMs: set.until.getTime() - now.getTime() };
}
