import { OrbError } from "../../errors.ts";
import { isSystemError } from "../tree/failure.ts";
import { shownPath } from "../tree/shown-path.ts";

/** Why there is no archive of a workspace, or why one can't be used. The workspace is untouched in each case. */
export type ArchiveCode =
  | "archive_changed"
  | "archive_damaged"
  | "archive_exists"
  | "archive_failed"
  | "archive_full"
  | "archive_incomplete"
  | "archive_missing"
  | "archive_mount_inside"
  | "archive_refused"
  | "archive_too_large"
  | "archive_unreadable"
  | "restore_path_taken"
  | "restore_failed";

/** A refusal with one of our codes. No words of a file's content are ever part of it. */
export function archiveError(
  refusal: { readonly code: ArchiveCode; readonly reason: string; readonly remedy: string },
  options: ErrorOptions = {},
): OrbError {
  return new OrbError(refusal, options);
}

/** The workspace is not what it was when it was looked at: somebody works in it. */
export function changed(path: Buffer | string): OrbError {
  return archiveError({
    code: "archive_changed",
    reason: `${shownPath(path)} changed while it was archived.`,
    remedy: "No action needed: somebody works in this workspace. It is archived later.",
  });
}

/** @param what is wrong, as a clause: "files.tar has other content than its manifest says" */
export function damaged(name: string, what: string, cause?: unknown): OrbError {
  return archiveError(
    {
      code: "archive_damaged",
      reason: `The archive ${shownPath(name)} can't be used: ${what}.`,
      remedy:
        "Get it back from a backup of WORKSPACE_ARCHIVE. If the workspace still exists, archive it again.",
    },
    { cause },
  );
}

/** Codes of the operating system that mean that the archive has no room. */
const FULL = new Set(["ENOSPC", "EDQUOT", "EFBIG"]);

/**
 * What an error means while an archive was written. An `OrbError` stays as it is.
 *
 * @param shown the archive, for people
 */
export function toArchiveFailure(error: unknown, shown: string): unknown {
  if (isFullInGit(error)) return full(shown, error);
  if (error instanceof OrbError) return error;
  if (!isSystemError(error)) return error;
  if (FULL.has(error.code)) return full(shown, error);
  return archiveError(
    {
      code: "archive_failed",
      reason: `The archive ${shownPath(shown)} could not be written: ${error.code} in ${error.syscall}.`,
      remedy: "Let the bot's user write to the folder WORKSPACE_ARCHIVE. The bot tries again by itself.",
    },
    { cause: error },
  );
}

/** git says it in words, which are English because we set its language. */
export function isFullInGit(error: unknown): boolean {
  return error instanceof OrbError && error.code === "git_failed" && FULL_WORDS.test(error.message);
}

const FULL_WORDS = /No space left on device|Out of diskspace|Disk quota exceeded|File too large/;

function full(shown: string, cause?: unknown): OrbError {
  return archiveError(
    {
      code: "archive_full",
      reason: `There is no room for the archive ${shownPath(shown)}.`,
      remedy: "Free space in the folder WORKSPACE_ARCHIVE, or set it to a larger file system.",
    },
    { cause },
  );
}

/** It is gone, or another kind of thing has its name now. */
const OTHER_KIND = new Set(["ENOENT", "ELOOP", "ENOTDIR", "EISDIR", "EINVAL", "ENXIO"]);

/** What an error means that came while something in the workspace was read. */
export function toReadFailure(error: unknown, path: Buffer): unknown {
  if (!isSystemError(error)) return error;
  if (OTHER_KIND.has(error.code)) return changed(path);
  return archiveError(
    {
      code: "archive_unreadable",
      reason: `${shownPath(path)} can't be read: ${error.code}.`,
      remedy: "Let the bot's user read the workspace, or run the bot as the user of the agents.",
    },
    { cause: error },
  );
}

/** What an error means while a workspace was restored. */
export function toRestoreFailure(error: unknown, path: string): unknown {
  const isFull = isFullInGit(error) || (isSystemError(error) && FULL.has(error.code));
  if (!isFull && (error instanceof OrbError || !isSystemError(error))) return error;
  const why = isSystemError(error) ? `${error.code} in ${error.syscall}` : "git found no room";
  return archiveError(
    {
      code: "restore_failed",
      reason: `${shownPath(path)} could not be restored: ${why}. Nothing is there now.`,
      remedy: isFull
        ? "Free space below WORKSPACE_ROOT, and restore again."
        : "Let the bot's user write below WORKSPACE_ROOT, and restore again.",
    },
    { cause: error },
  );
}
