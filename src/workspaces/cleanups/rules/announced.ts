import type { StoredWorkspace } from "../../record/workspace.ts";
import type { PassingCode } from "../../retention/rules/passing-holds.ts";

/** Times that differ by less are the same to a reader. */
const SAME_MS_MAX = 60_000;

const PASSING: ReadonlySet<string> = new Set<PassingCode>([
  "leased",
  "phase_running",
  "recently_signalled",
  "cleanup_needs_it",
]);

/**
 * Whether the project has already published when its workspace is due: only another time is news. That a lease, which ends by itself,
 * moves it by some minutes is none: the event of the project leaves room for that.
 *
 * @param announced what it published; `null` if nothing
 */
export function isAnnounced(
  announced: Date | null,
  dueAt: Date,
  { kept }: Pick<StoredWorkspace, "kept">,
): boolean {
  if (announced === null) return false;
  const isHeld = kept.some(({ by, code }) => by === "retention" && PASSING.has(code));
  if (isHeld && dueAt > announced) return true;
  return Math.abs(announced.getTime() - dueAt.getTime()) < SAME_MS_MAX;
}
