import type { Refusal } from "../../../errors.ts";

/** The facts about an archive and about the place where it would be restored. */
interface ArchiveFacts {
  /** Of the workspace. */
  readonly path: string;
  /** The clean-up that archived it has ended, and the workspace was removed. */
  readonly isCompleted: boolean;
  /** A folder is at the path, as far as we know. */
  readonly isThere: boolean;
  /** No later clean-up has archived another workspace of the same path. */
  readonly isLatest: boolean;
  /** Why the restore that was asked for has failed so far; `null` if none has. */
  readonly failed: Refusal | null;
}

/** Why a workspace can't be restored from an archive at the moment; `null` if nothing is known against it. */
export function whyNoRestore({ path, isCompleted, isThere, isLatest, failed }: ArchiveFacts): Refusal | null {
  if (!isCompleted) {
    return {
      code: "cleanup_running",
      reason: "The clean-up that archived it has not ended, so the workspace may still be there.",
      remedy: "Wait until its status is completed.",
    };
  }
  if (!isLatest) {
    return {
      code: "newer_archive",
      reason: `A later clean-up has archived another workspace of ${JSON.stringify(path)}, and only the latest archive is restored to it.`,
      remedy:
        'Restore this one by hand into another folder: "Archive and restore" in docs/cleanup.md has the commands.',
    };
  }
  return isThere ? present(path) : failed;
}

/** Why a workspace that has a folder is not restored. */
export function present(path: string): Refusal {
  return {
    code: "workspace_present",
    reason: `The workspace ${JSON.stringify(path)} is there, and nothing is ever overwritten.`,
    remedy: "Move it away first if you want the archived one in its place.",
  };
}
