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

/** How long before its first signal a folder may have been made: the clone of a large repository takes minutes. */
export const MADE_BEFORE_MS_MAX = 10 * 60_000;

/**
 * Whether a folder may have been made for the project that has just named it. In an older one agents have worked already, such as for
 * another bot or before this one was installed: the signal then begins nothing.
 *
 * @param bornMs when the file system made it; 0 if it does not say
 */
export function isMadeFor({ createdAt }: Pick<StoredWorkspace, "createdAt">, bornMs: number): boolean {
  return bornMs > 0 && createdAt.getTime() - bornMs <= MADE_BEFORE_MS_MAX;
}
