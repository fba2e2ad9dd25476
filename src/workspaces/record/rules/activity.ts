import type { Activity } from "../workspace.ts";

/**
 * The latest of several signs of work. One in the future counts as now: its clock is wrong, and it must neither be ignored
 * nor keep the workspace for ever.
 *
 * @returns `known` if none of the others is later
 */
export function latestActivity(known: Activity, others: readonly Activity[], now: Date): Activity {
  return others
    .map(({ at, source }) => ({ at: at > now ? now : at, source }))
    .reduce((latest, one) => (one.at > latest.at ? one : latest), known);
}
