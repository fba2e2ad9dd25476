import { BACK_OFF, backOffMs } from "../../../work/rules/back-off.ts";

/** Refusals that people want to last for a while. */
const ROWS = { on_hold: "on_hold", open_limit_reached: "no_room" } as const;

function isIn<T extends object>(rows: T, code: string): code is keyof T & string {
  return Object.hasOwn(rows, code);
}

/**
 * Milliseconds until a temporary refusal is checked again; `null` for one that a person has to fix.
 *
 * @param position in the queue, from 1. Those further back check less often, because each check costs requests
 */
export function recheckMs(code: string, position = 1): number | null {
  if (!isIn(ROWS, code)) return null;
  const row = ROWS[code];
  return Math.min(BACK_OFF[row].maximumMs, backOffMs(row) * position);
}
