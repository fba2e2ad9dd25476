/** Times that differ by less are the same to a reader. */
const SAME_MS_MAX = 60_000;

/**
 * Whether the project has already published when its workspace is due: only another time is news.
 *
 * @param announced what it published; `null` if nothing
 */
export function isAnnounced(announced: Date | null, dueAt: Date): boolean {
  return announced !== null && Math.abs(announced.getTime() - dueAt.getTime()) < SAME_MS_MAX;
}
