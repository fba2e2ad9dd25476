import type { Pace } from "../../work/pace.ts";
import type { PullRequestRecord } from "../record/record.ts";
import type { Run } from "../run.ts";

interface News {
  /** See `PullRequestRecord`. */
  readonly siblingsMovedAt: Date | null;
  /** When to compare the description with the others of the change set again; `null` if it shows them as they are. */
  readonly dueAt: Date | null;
}

/**
 * What a run leaves to do about the others of its change set: they have not settled yet, or one of them changed after the run
 * had read them.
 *
 * @param current the stored record at the end of the run
 */
export function changeSetNews(
  { record, settlesAt, look }: Run,
  current: PullRequestRecord | null,
  { now, pace }: { readonly now: Date; readonly pace: Pace },
): News {
  const known = record.siblingsMovedAt ?? null;
  if (settlesAt) return { siblingsMovedAt: known ?? now, dueAt: settlesAt };
  // Older records do not have it.
  const moved = (current?.siblingMoves ?? 0) > (record.siblingMoves ?? 0);
  if (moved) return { siblingsMovedAt: now, dueAt: new Date(now.getTime() + pace.changeSetQuietMs) };
  const unseen = look === null || look.isOlder;
  return { siblingsMovedAt: unseen ? known : null, dueAt: null };
}
