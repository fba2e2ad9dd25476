import type { WorkspaceChange } from "../../record/store.ts";
import type { FolderIdentity, StoredWorkspace } from "../../record/workspace.ts";

/** That a folder is there is written once a day, not at every look. */
const SEEN_EVERY_MS = 24 * 3600 * 1_000;

/** What the look at a folder means for its record. */
export type Sight =
  | { readonly kind: "nothing" }
  /** The folder that is known. */
  | { readonly kind: "seen" | "back"; readonly change: WorkspaceChange }
  /** Another folder at the path of one that went without us: its projects work in it. */
  | { readonly kind: "replaced"; readonly change: WorkspaceChange }
  /** A folder at the path of one that we removed: nobody's, until somebody names it. */
  | { readonly kind: "new_orphan" };

/**
 * What follows if a folder is at the path of a workspace. A clean-up that runs, and our own fence at the path of a removed
 * workspace, are left alone.
 */
export function afterSight(before: StoredWorkspace, folder: FolderIdentity, now: Date): Sight {
  if (before.status === "cleaning" || before.fenceUntil !== null) return { kind: "nothing" };
  if (before.status === "removed") return { kind: "new_orphan" };
  const isGone = before.goneAt !== null;
  const isSame = before.folder === null ? !isGone : isSameFolder(before.folder, folder);
  const seen = { folder, seenAt: now, updatedAt: now } as const;
  const there = isGone ? ({ status: "active", goneAt: null } as const) : {};
  if (isSame && isGone) return { kind: "back", change: { ...seen, ...there } };
  if (!isSame) return { kind: "replaced", change: { ...seen, ...there, ...ofAnother(before, now) } };
  const isFresh = before.seenAt !== null && now.getTime() - before.seenAt.getTime() < SEEN_EVERY_MS;
  return isFresh && before.folder?.dev === folder.dev ? { kind: "nothing" } : { kind: "seen", change: seen };
}

/** The device is not compared: after a restart of the host it has another number. */
function isSameFolder(one: FolderIdentity, other: FolderIdentity): boolean {
  return one.ino === other.ino && one.bornMs === other.bornMs;
}

/** Nothing that was found in the folder before holds for this one. */
function ofAnother({ generation, kept }: StoredWorkspace, now: Date): WorkspaceChange {
  return {
    generation: generation + 1,
    createdAt: now,
    baseline: null,
    size: null,
    lastActiveAt: now,
    lastActiveBy: "first_sight",
    kept: kept.filter(({ by }) => by === "retention"),
    asked: null,
  };
}

/**
 * What follows if there certainly is no folder at the path. One that was named a short while ago may not have been made yet.
 *
 * @returns `null` if nothing follows
 */
export function afterLoss(
  before: StoredWorkspace,
  { now, newMs }: { readonly now: Date; readonly newMs: number },
): WorkspaceChange | null {
  if (before.status === "cleaning" || before.goneAt !== null) return null;
  const isNew = before.seenAt === null && now.getTime() - before.lastActiveAt.getTime() < newMs;
  if (isNew) return null;
  return {
    status: "missing",
    goneAt: now,
    dueAt: null,
    because: "Its folder is gone, and not by a clean-up",
    kept: [],
    leases: [],
    updatedAt: now,
  };
}
