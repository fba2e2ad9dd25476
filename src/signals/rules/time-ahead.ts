import { OrbError } from "../../errors.ts";
import type { Signal } from "../signal.ts";
import { parseSignal } from "./parse-signal.ts";

/** How far a sender's clock may be ahead of ours. */
const AHEAD_MS_MAX = 5 * 60_000;

/**
 * Reads an event that arrives now. The latest `time` wins, so one that is far ahead would make all later signals count as
 * old: it is refused.
 *
 * @throws OrbError as `parseSignal`, and `bad_signal` if the time is more than five minutes ahead
 */
export function readArriving(event: unknown, receivedAt: Date): Signal {
  const signal = parseSignal(event, receivedAt);
  if (!isAhead(signal.time, receivedAt)) return signal;
  throw new OrbError({
    code: "bad_signal",
    reason: `time: ${signal.time.toISOString()} is more than five minutes ahead of the bot's clock, ${receivedAt.toISOString()}.`,
    remedy: "Set the sender's clock right. Then send the event again, with the time at which it happened.",
  });
}

/** The time that counts for a signal: its own, or its arrival if its own was far ahead then. Such signals may be stored. */
export function countedTime(time: Date, receivedAt: Date): Date {
  return isAhead(time, receivedAt) ? receivedAt : time;
}

function isAhead(time: Date, receivedAt: Date): boolean {
  return time.getTime() - receivedAt.getTime() > AHEAD_MS_MAX;
}
