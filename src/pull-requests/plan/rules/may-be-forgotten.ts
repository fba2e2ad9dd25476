import type { Comparison } from "../../../github/facts/comparison.ts";

/** How far the clock of a machine that commits may be ahead. */
const CLOCK_AHEAD_MS_MAX = 5 * 60_000;

/**
 * Whether this head may have had a pull request whose record was removed since. If that was merged by a squash, GitHub would open
 * another one for the same commits.
 *
 * @param removedAt when records were last removed; `null` if none ever was
 */
export function mayBeForgotten(
  { headSha, headCommittedAt }: Pick<Comparison, "headSha" | "headCommittedAt">,
  removedAt: Date | null,
): boolean {
  if (removedAt === null || headSha === null) return false;
  return headCommittedAt === null || headCommittedAt.getTime() - CLOCK_AHEAD_MS_MAX < removedAt.getTime();
}
