import type { KeepReason } from "../keep-reason.ts";
import type { Tombstone as RemovalTombstone } from "../record/tombstone.ts";
import type { WorkspaceName } from "../record/workspace.ts";
import type { Freed, SpareArchive, StoredCleanup, Tombstone } from "./cleanup.ts";
import type { Place } from "./rules/next-act.ts";

/** What was found in a workspace that decides whether it may go. */
export interface Findings {
  /** How it would be removed. Another one than before means another folder, or another place of its other half. */
  readonly removal: RemovalTombstone;
  /** `clean`: everything in it is elsewhere too, or can be made again · `work`: something is nowhere else · `unreadable`. */
  readonly answer: "clean" | "work" | "unreadable";
  /** The work that would be lost. An archive may save it, and a person may discard it. */
  readonly work: readonly KeepReason[];
  /** What neither an archive nor a person's word overcomes: holders, mounts, a lender of objects, what can't be read. */
  readonly obstacles: readonly KeepReason[];
  /** The same for two looks between which nothing has changed that an archive would have to hold. */
  readonly print: string;
  /** What its removal gives back at most. */
  readonly frees: Freed;
  /** When something in it was changed last. */
  readonly changedAt: Date;
}

/**
 * The functions of the rooms that only look. A dry run gets these and nothing else, so it has no way to write.
 * Each throws `OrbError` if it could not find out: that is never an empty answer.
 */
export interface CleanupEyes {
  /** Looks into the folder, wherever it is, and at the processes that use it. */
  look(cleanup: Located, where: "here" | "trash"): Promise<Findings>;
  /** All names of a path: the root may be reached through a link, and signals may use either name. */
  namesOf(path: string): readonly string[];
  /** Why this host can never open it; `null` if it can, or if nobody knows. */
  whyOutside(workspace: Pick<WorkspaceName, "host" | "path">): KeepReason | null;
  /** Whether there is a place for archives on this host. */
  readonly canArchive: boolean;
}

/** What is needed to find the folder of a clean-up. */
export type Located = Pick<StoredCleanup, "_id" | "workspace" | "tombstone">;

/** What a removal that takes long reports, and what stops it between two files. */
export interface Walking {
  readonly progress: (freed: Freed) => Promise<void>;
  /** Asked between files; while it resolves to `true` the walk waits. */
  readonly isPaused: () => Promise<boolean>;
  /** Aborted when the process is to end: the walk then throws `stopping`, and goes on after the next start. */
  readonly signal: AbortSignal;
}

/** An archive that was read back. */
export interface ArchiveMade {
  readonly name: string;
  readonly bytes: number;
  readonly at: Date;
  /** Archives of the same name that were there, and are damaged or have not what is in the workspace now. */
  readonly outdated: readonly string[];
}

/** A clean-up of which the tombstone was written. */
export type Marked = Located & { readonly tombstone: Tombstone };

/** All functions of the rooms. Each act may be done again after a crash, with the same result. */
export interface CleanupHands extends CleanupEyes {
  /** Where the folder is: the one of the tombstone, or before the first check whatever is at the path. */
  locate(cleanup: Located): Promise<Place>;
  /**
   * Writes the archive and reads it back; or takes an earlier one that has all that is in the workspace now.
   *
   * @param name of a new one
   * @param spares earlier ones, the newest first
   */
  archive(
    cleanup: Marked,
    { name, spares }: { readonly name: string; readonly spares: readonly SpareArchive[] },
  ): Promise<ArchiveMade>;
  /** Removes archives that another one has replaced. Those that do not exist are no error. */
  dropArchives(names: readonly string[]): Promise<void>;
  /** Proves that the archive still has everything that is in the trash. @throws OrbError `archive_changed`, `archive_damaged` */
  assertArchived(cleanup: Marked): Promise<void>;
  /** @throws OrbError if the folder is not the one of the tombstone any more */
  moveToTrash(cleanup: Marked): Promise<void>;
  /** @throws OrbError `place_taken` if something else is at the path */
  putBack(cleanup: Marked): Promise<void>;
  /** Deletes the trash entry, verifies that it is gone, and measures what was freed on the file system itself. */
  deleteTrash(cleanup: Marked, walking: Walking): Promise<Freed>;
  /** Removes the admin folder of the worktree, and no other. */
  prune(cleanup: Marked): Promise<void>;
  /** Makes the old path fail loudly for agents that still use it. @returns whether it stands: something else may have the path */
  raiseFence(cleanup: Marked): Promise<boolean>;
  lowerFence(cleanup: Located): Promise<void>;
}
