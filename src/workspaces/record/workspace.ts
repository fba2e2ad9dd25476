import type { KeepReason } from "../keep-reason.ts";

/**
 * `active`: something uses it, or its project or pull request is not over · `scheduled`: it goes at `dueAt` · `kept`: it is
 * due, and a clean-up found reasons to keep it · `cleaning`: a clean-up removes it now · `missing`: its folder is gone, and
 * not by us · `removed`: by us.
 */
export const WORKSPACE_STATUSES = ["active", "scheduled", "kept", "cleaning", "missing", "removed"] as const;
export type WorkspaceStatus = (typeof WORKSPACE_STATUSES)[number];

/** What showed that somebody worked in it. */
export const ACTIVITY_SOURCES = ["heartbeat", "signal", "files", "git", "first_sight"] as const;
export type ActivitySource = (typeof ACTIVITY_SOURCES)[number];

export interface Activity {
  readonly at: Date;
  readonly source: ActivitySource;
}

export type LeaseKind = "heartbeat" | "phase" | "grace" | "cleanup";

/**
 * Says that somebody uses the workspace until a time. A workspace may have several, and stays as long as any of them runs: a
 * process that died says nothing about the others.
 */
export interface Lease {
  /**
   * `heartbeat`: a sender said that it is in use · `phase`: a phase of a project runs · `grace`: a signal of a project came a
   * short while ago, and its agents may be resumed · `cleanup`: work of ours needs it, such as an archive.
   */
  readonly kind: LeaseKind;
  /** Who holds it, for people and to recognise it again: `project csv-1 (urn:orb:meta-agent)`. */
  readonly holder: string;
  readonly until: Date;
  /** `signalKey` of the signal that gave or last renewed it; `null` if none did. */
  readonly signal: string | null;
  /** When that signal, or whatever else gave it, came. */
  readonly since: Date;
}

/** Who decides about a workspace that is kept. */
export interface Owner {
  /** `user`: the user of its project · `operator`: the people who run this host. */
  readonly kind: "user" | "operator";
  /** The platform's user id, or the host. */
  readonly name: string;
  readonly project: string | null;
}

/** `retention`: the rule keeps it · `cleanup`: a clean-up, real or dry, found it. */
export type KeptBy = "retention" | "cleanup";

/** A reason to keep a workspace, with its age and its owner. */
export interface Kept extends KeepReason {
  readonly by: KeptBy;
  /** Since when this code has been there without a break. */
  readonly since: Date;
  readonly owner: Owner;
}

export interface Size {
  /** In allocated blocks; each hard-linked file counts once. */
  readonly bytes: number;
  /** Of these, in files that have names elsewhere too: removing the workspace does not free them. */
  readonly sharedBytes: number;
  readonly inodes: number;
  /** Of both, in folders that a command makes again, by their names alone. */
  readonly rebuildable: { readonly bytes: number; readonly inodes: number };
  readonly measuredAt: Date;
  /** The measurement ended at one of its limits: there is more. */
  readonly isPartial: boolean;
}

/** What the workspace held when it was created. Noted once in a generation. */
export interface NotedBaseline {
  readonly notedAt: Date;
  /** In the form that `keep/` gives it. */
  readonly data: unknown;
}

/** The question to its owner what to do with work that nobody has looked after for long. */
export interface Asked {
  readonly at: Date;
  /** The codes that it was about. */
  readonly codes: readonly string[];
}

/** The folder at the path when the record was made for it; another one with this name is another workspace. */
export interface FolderIdentity {
  /** Decimal: both may be larger than a number holds exactly. */
  readonly dev: string;
  readonly ino: string;
  /** When the file system made it, because numbers are used again; 0 if it does not say. In milliseconds. */
  readonly bornMs: number;
}

/** Our memory of one folder in which agents work: at most one for a host and a path. */
export interface Workspace {
  host: string;
  /** Absolute and normal: see `workspacePath`. */
  path: string;
  /** Counts the folders that were at this path, one after the other. A clean-up belongs to one of them. */
  generation: number;
  status: WorkspaceStatus;
  /** `disk`: it was found there, and no signal has named it. */
  noticedBy: "signal" | "disk";
  /** Projects that named it, at most `PROJECTS_MAX`. If empty it is nobody's: an orphan. */
  projects: readonly string[];
  /** How many further projects named it. It is never removed then by itself: their claims are not known. */
  projectsDropped: number;
  /** `owner/name` of the project that was created last, and when; `null` if the creation of none is known. */
  repository: string | null;
  repositoryAt: Date | null;
  /** The time of the first signal about this generation, or of the first sight. */
  createdAt: Date;
  /** Only when it was noted: `WorkspaceStore.baselineOf` reads it. */
  baseline: Pick<NotedBaseline, "notedAt"> | null;
  /** The folder as it was last seen on disk; `null` if it never was. */
  folder: FolderIdentity | null;
  seenAt: Date | null;
  /** The latest known sign of work, never in the future. */
  lastActiveAt: Date;
  lastActiveBy: ActivitySource;
  /** When the last signal about work in it came, by our clock; `null` for an orphan. */
  lastSignalAt: Date | null;
  leases: readonly Lease[];
  size: Size | null;
  /** When its folder was last measured, or tried to; the beginning of time if it never was. */
  measuredAt: Date;
  /** When to find out again from where it borrows objects of git: at once after each sign of work in it. See `BorrowingStore`. */
  readAgainAt: Date;
  kept: readonly Kept[];
  /** Whether `kept` has any. */
  isKept: boolean;
  /** When it may go; `null` while that is not decided or something keeps it without an end. */
  dueAt: Date | null;
  because: string | null;
  asked: Asked | null;
  /** A small folder of ours stands at the path until then, so that an agent that wakes up there fails loudly. */
  fenceUntil: Date | null;
  /** When its folder was found missing, or removed by us. */
  goneAt: Date | null;
  /** When we removed it. */
  removedAt: Date | null;
  updatedAt: Date;
  /** Counts changes: a change that was computed from an older state is not written. */
  revision: number;
}

/** As stored: `_id` is `workspaceId` of host and path. */
export interface StoredWorkspace extends Workspace {
  _id: string;
}

/** A workspace, as other collections name it. */
export interface WorkspaceName {
  readonly id: string;
  /** Which of the folders that were at this path, one after the other. */
  readonly generation: number;
  readonly host: string;
  readonly path: string;
}
