import { BACK_OFF, backOffMs } from "../../../work/rules/back-off.ts";

/** What somebody wants to stand in the way for a while. */
const ROWS = { on_hold: "on_hold", open_limit_reached: "no_room" } as const;

function isIn<T extends object>(rows: T, code: string): code is keyof T & string {
  return Object.hasOwn(rows, code);
}

/**
 * Milliseconds until a refusal is looked at again that ends by itself; `null` for one that somebody has to fix.
 *
 * @param position in the queue, from 1: the further back, the rarer the look, for a look costs requests
 */
export function recheckMs(code: string, position = 1): number | null {
  if (!isIn(ROWS, code)) return null;
  const row = ROWS[code];
  return Math.min(BACK_OFF[row].maximumMs, backOffMs(row) * position);
}
