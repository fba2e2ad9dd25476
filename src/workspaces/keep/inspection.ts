import type { ObjectFormat } from "../git/safe-git.ts";
import type { ContentReason } from "./rules/keep-code.ts";
import type { Tip } from "./rules/tip.ts";

/** What a workspace holds, found without changing anything in it. */
export interface Inspection {
  /** Only `clean` allows a removal without an archive. `unreadable`: a part could not be read, so nobody knows. */
  readonly answer: "clean" | "work" | "unreadable";
  readonly reasons: readonly ContentReason[];
  /** Every repository inside, the workspace's own first. */
  readonly repositories: readonly RepositoryFound[];
  readonly files: FilesFound;
}

export interface RepositoryFound {
  /** Where its files are, or the repository itself if it is bare; relative to the workspace, empty for the workspace itself. */
  readonly path: Buffer;
  readonly kind: "clone" | "linked-worktree" | "submodule" | "bare";
  readonly objectFormat: ObjectFormat;
  /**
   * Whether its objects and refs go with the workspace: they lie in it, or, for a submodule of a linked worktree, in the admin
   * folder of the worktree. Those of a worktree of a repository elsewhere stay.
   */
  readonly inside: boolean;
  /** Whether they lie in the workspace itself. */
  readonly liesInside: boolean;
  /** How its index looks, if it lies outside of the workspace: no file of the workspace changes with what is staged there. */
  readonly indexOutside: string | null;
  readonly head: { readonly ref: Buffer | null; readonly sha: string | null };
  /** Commits, tags and other objects that are nowhere else, each with a name that leads to it. */
  readonly looseTips: readonly Tip[];
  /** All commits that are nowhere else. */
  readonly looseCommits: number;
  /** Tracked files whose content differs from HEAD, relative to `path`; also deleted ones. */
  readonly changed: FileList;
  /** Files whose staged content differs from HEAD, relative to `path`. */
  readonly staged: FileList;
  /** Objects of Git LFS that the server is not known to have. */
  readonly looseLfsObjects: readonly string[];
  /** Folders of objects from which it borrows. */
  readonly alternates: readonly Buffer[];
}

/** Names of files. */
export interface FileList {
  readonly count: number;
  /** At most `FILES_LISTED_MAX`; fewer than `count` if there were more. */
  readonly paths: readonly Buffer[];
}

export interface FileClass extends FileList {
  /** What they take on the disk, as their sizes say; of listed ones only. */
  readonly bytes: number;
}

/** Files that git does not track, by what is lost with them. All paths are relative to the workspace. */
export interface FilesFound {
  /** Folders such as `node_modules`, and single files, which a command makes again. Their sizes are not measured: 0 bytes. */
  readonly rebuildable: FileClass;
  /** As they were when the workspace was created: their source has them. */
  readonly carried: FileClass;
  /** Everything else. */
  readonly unknown: FileClass;
}

/** Of each list; an archive is refused beyond it. */
export const FILES_LISTED_MAX = 100_000;
