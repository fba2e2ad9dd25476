import { type Content, type End, type Planned, type PlannedProject, UNREADABLE, WORK } from "./plan.ts";

/** How long ago all files were made, in days, by the clock of the bots: nobody can set back the time of their last change. */
export const FILES_DAYS = 40;

/** What the issue says: at once, 24 hours, 7 days, 14, 7; and 30 for what nobody knows. */
const STAYS: Readonly<Record<End, number>> = { cancelled: 0, merged: 1, closed: 7, failed: 14, completed: 7 };
const ORPHAN_STAYS = 30;

export interface Verdict {
  readonly goes: boolean;
  /** Its work must be in an archive when it is gone. */
  readonly archived: boolean;
}

/**
 * Whether a workspace may go, in the words of the issue and with nothing of the bot's own rules: it must have been long enough since
 * its end, nobody may use it or depend on it, and nothing that is nowhere else may be lost with it.
 */
export function judge(planned: Planned): Verdict {
  const stays = { goes: false, archived: false };
  const { holder, lease, lends, content, archive, noticed } = planned;
  if (holder !== null || lends !== null) return stays;
  if (lease !== null && lease !== "ended") return stays;
  if (noticed === "signals")
    return planned.projects[0]?.status === "cancelled" ? byContent(content, false) : stays;
  // Who asks for an archive wants it now.
  if (!archive && !isOldEnough(planned)) return stays;
  return byContent(content, archive);
}

function byContent(content: Content, archive: boolean): Verdict {
  if (isOneOf(UNREADABLE, content)) return { goes: false, archived: false };
  const isWork = isOneOf(WORK, content);
  return { goes: !isWork || archive, archived: isWork && archive };
}

function isOldEnough({ projects, noticed, activeDays }: Planned): boolean {
  const restedDays = Math.min(activeDays, FILES_DAYS);
  if (noticed === "unknown") return false;
  if (projects.length === 0) return restedDays > ORPHAN_STAYS;
  return projects.every((project) => hasRested(project, restedDays));
}

function hasRested({ status, endedDays, wishDays }: PlannedProject, restedDays: number): boolean {
  if (status === "running" || status === "open") return false;
  return Math.min(endedDays, restedDays) >= (wishDays ?? STAYS[status]);
}

function isOneOf(some: readonly Content[], content: Content): boolean {
  return some.includes(content);
}
