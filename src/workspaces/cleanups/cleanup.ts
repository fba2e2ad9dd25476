import type { Types } from "mongoose";
import type { Refusal } from "../../errors.ts";
import type { CauseKey } from "../../work/rules/causes.ts";
import type { Work } from "../../mongo/queue/work.ts";
import type { KeepReason } from "../keep-reason.ts";
import type { WorkspaceName } from "../record/workspace.ts";
import { RETENTION_CAUSES } from "../retention/rules/retention.ts";
import type { Tombstone as RemovalTombstone } from "../record/tombstone.ts";

/**
 * `scheduled`: waits for its time · `running` · `deferred`: it was due, but something must be kept; it is tried again ·
 * `failed`: something went wrong; it is tried again, or waits for a person · `completed` · `cancelled`.
 */
export const CLEANUP_STATUSES = [
  "scheduled",
  "running",
  "deferred",
  "failed",
  "completed",
  "cancelled",
] as const;
export type CleanupStatus = (typeof CLEANUP_STATUSES)[number];

/**
 * How far a clean-up has come, also once it has ended; each is stored before the next one begins. A dry run comes to `checked` at most. Up to `archived` nothing was done to the workspace.
 * `marked`: the trash entry has a name, and the folder may be there or here. `condemned`: it is in the trash and nobody uses it;
 * from here on it is only deleted, never put back.
 */
export const CLEANUP_STEPS = [
  "planned",
  "checked",
  "archived",
  "marked",
  "renamed",
  "condemned",
  "deleted",
  "pruned",
  "fenced",
] as const;
export type CleanupStep = (typeof CLEANUP_STEPS)[number];

/** What to do with work that is nowhere else. */
export const UNPUSHED_MODES = ["keep", "archive", "discard"] as const;
export type Unpushed = (typeof UNPUSHED_MODES)[number];

/** Who wants it. `retention` is the bot itself: such a clean-up is cancelled if the workspace is not due any more. */
export const CLEANUP_ORIGINS = ["retention", "person", "command", "disk"] as const;
export type CleanupOrigin = (typeof CLEANUP_ORIGINS)[number];

/** Why a workspace is due: a closed set, for metrics. `due`: by the rule of retention, which says more when it is looked at. */
export const CLEANUP_CAUSES = [...RETENTION_CAUSES, "due", "asked", "disk"] as const;
export type CleanupCause = (typeof CLEANUP_CAUSES)[number];

/** How it ended. `missing`: somebody else had removed the folder. `would_remove` and `would_keep`: a dry run. */
export const CLEANUP_OUTCOMES = ["removed", "missing", "would_remove", "would_keep"] as const;
export type CleanupOutcome = (typeof CLEANUP_OUTCOMES)[number];

/** What the last check saw, and what is still to be done to both halves of the workspace. Stored before anything is done. */
export interface Tombstone {
  /** What `removal/` needs to finish or undo it: the folder, its name in the trash, and its entry in another repository. */
  readonly removal: RemovalTombstone;
  /** The fingerprint of what the check saw in the workspace; another one means that somebody has worked there. */
  readonly print: string;
  /** What its removal gives back at most: what is measured besides was freed by others meanwhile. */
  readonly frees: Freed;
  /** Whether the workspace has work that must be archived first. */
  readonly mustArchive: boolean;
  /** The archive that was written and verified; `null` if none is needed. */
  readonly archive: string | null;
  /** How large that is, and when it was written. Clean-ups of older versions have none. */
  readonly archived?: { readonly bytes: number; readonly at: Date };
}

/** An archive that an attempt of a clean-up began. No event or answer names it before the workspace has gone. */
export interface SpareArchive {
  readonly name: string;
  /** `print` of the tombstone of that attempt: another one means that the archive is outdated. */
  readonly print: string;
}

/** What was freed, as the file system itself said. */
export interface Freed {
  readonly bytes: number;
  readonly inodes: number;
}

export interface CleanupEntry {
  readonly at: Date;
  readonly what: string;
  readonly because: string;
}

/** The latest entries of a clean-up are kept. */
export const CLEANUP_HISTORY_MAX = 100;

/** One clean-up of one workspace, from the wish to the last trace. */
export interface StoredCleanup {
  _id: Types.ObjectId;
  workspace: WorkspaceName;
  /** The same as `workspace.host`; the worker of that host takes it. */
  host: string;
  /** The projects that named the workspace, which are told about it; none for an orphan. */
  projects: readonly string[];
  /** Equals the workspace's id while it is neither completed nor cancelled, so that there is one at a time; `null` for a dry run. */
  turn: string | null;
  status: CleanupStatus;
  step: CleanupStep;
  origin: CleanupOrigin;
  /** Who asked for it; the rule's name for `retention`. */
  by: string;
  because: string;
  /** The signal that scheduled it. Missing if something else did. */
  causes?: readonly CauseKey[];
  /** Why the workspace is due, for metrics. */
  cause: CleanupCause;
  unpushed: Unpushed;
  /** When that was said. */
  saidAt: Date;
  dryRun: boolean;
  /** Not before this time. */
  at: Date;
  tombstone: Tombstone | null;
  /** The oldest first; at most one of them is whole and not about to be removed. Clean-ups of older versions have none. */
  spares?: readonly SpareArchive[];
  /**
   * Why it is deferred. For a dry run why it would be, or the work that would be archived or discarded. None once it begins or is scheduled again: then only the history has them. Their age
   * is in the record of the workspace.
   */
  reasons: readonly KeepReason[];
  /** Why it failed the last time. */
  problem: Refusal | null;
  /** How often in a row it was deferred or failed for `told`. */
  times: number;
  /** The cause that was published last; the same one is not published again. */
  told: string | null;
  /** A person cancelled it. */
  byHand: boolean;
  outcome: CleanupOutcome | null;
  freed: Freed | null;
  /** How much the trash still held when it was last reported. */
  progress: Freed | null;
  fenceUntil: Date | null;
  history: CleanupEntry[];
  createdAt: Date;
  startedAt: Date | null;
  endedAt: Date | null;
  updatedAt: Date;
  work: Work;
}

/** Whether it has ended: nothing happens to the workspace any more because of it. */
export function hasEnded({ status }: Pick<StoredCleanup, "status">): boolean {
  return status === "completed" || status === "cancelled";
}
