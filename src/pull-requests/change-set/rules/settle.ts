import type { Pace } from "../../../work/pace.ts";
import type { ChangeSetMember } from "./siblings.ts";

interface Waiting {
  /** The record whose description is outdated. */
  readonly id: string;
  /** Since when it is. */
  readonly since: Date;
}

/**
 * How long a description waits that shows an outdated state of the others of its change set. A set has settled once none of
 * the others is about to be opened, and what descriptions show of them has not changed for a while.
 *
 * @returns milliseconds; 0 if it need not wait
 */
export function settlesInMs(
  members: readonly ChangeSetMember[],
  { id, since }: Waiting,
  now: Date,
  { changeSetQuietMs, changeSetWaitMaxMs }: Pick<Pace, "changeSetQuietMs" | "changeSetWaitMaxMs">,
): number {
  const others = members.filter((member) => member.id !== id);
  const lastMoved = others.reduce((latest, { opening, shownSince }) => {
    const moved = opening ? now : shownSince;
    return Math.max(latest, moved?.getTime() ?? 0);
  }, 0);
  const at = Math.min(lastMoved + changeSetQuietMs, since.getTime() + changeSetWaitMaxMs);
  return Math.max(0, at - now.getTime());
}
