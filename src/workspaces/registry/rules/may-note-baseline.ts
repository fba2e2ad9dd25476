import type { StoredWorkspace } from "../../record/workspace.ts";

/** How long after its creation the baseline of a workspace may be noted. Later, agents that send nothing may have worked in it. */
export const BASELINE_MS_MAX = 2 * 60_000;

/**
 * Whether what a workspace holds now is what it held when it was created: a signal has just created it, and nothing shows that
 * anybody has worked in it since. A baseline that is noted later, such as when agents are resumed, would excuse their work. Without one
 * everything counts as work, which only keeps.
 */
export function mayNoteBaseline(
  {
    baseline,
    goneAt,
    status,
    noticedBy,
    createdAt,
    lastActiveAt,
    lastActiveBy,
    leases,
  }: Pick<
    StoredWorkspace,
    "baseline" | "goneAt" | "status" | "noticedBy" | "createdAt" | "lastActiveAt" | "lastActiveBy" | "leases"
  >,
  now: Date,
): boolean {
  if (baseline !== null || goneAt !== null || status === "cleaning") return false;
  const isNew = noticedBy === "signal" && now.getTime() - createdAt.getTime() <= BASELINE_MS_MAX;
  const isUntouched = lastActiveBy === "signal" && lastActiveAt.getTime() === createdAt.getTime();
  return isNew && isUntouched && leases.every(({ kind }) => kind === "grace");
}
