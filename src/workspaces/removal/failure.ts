import { OrbError, type Refusal } from "../../errors.ts";
import { isSystemError } from "../tree/failure.ts";
import { shownPath } from "../tree/shown-path.ts";

/** What it means if the file system refuses to rename a workspace into the trash, or back. */
const MEANINGS: Readonly<Record<string, (path: string) => Refusal>> = {
  EXDEV: (path) => ({
    code: "trash_on_other_device",
    reason: `${path} and the trash of its root are on different file systems, so it can't be moved there in one step.`,
    remedy: "Give this file system a root of its own: mount it as WORKSPACE_ROOT, and not below it.",
  }),
  EROFS: (path) => ({
    code: "trash_read_only",
    reason: `The file system of ${path} is mounted read-only.`,
    remedy:
      "Mount it with write access: `mount -o remount,rw`. Look into the kernel's log if it became read-only by itself.",
  }),
  ENOSPC: full,
  EDQUOT: full,
  EBUSY: (path) => ({
    code: "workspace_busy",
    reason: `${path} is a mount point, or the file system says that it is in use.`,
    remedy: `Find what holds it with \`findmnt --target ${path}\` and end it.`,
  }),
  EACCES: forbidden,
  EPERM: forbidden,
  ENOENT: gone,
};

/** @param error of `node:fs` while a workspace was moved. Any other error than one of the file system stays as it is */
export function toRemovalFailure(error: unknown, path: Buffer | string): unknown {
  if (!isSystemError(error)) return error;
  const shown = shownPath(path);
  const refusal = MEANINGS[error.code]?.(shown) ?? {
    code: "removal_failed",
    reason: `The file system refuses to move ${shown}: ${error.code}.`,
    remedy: "Look for the cause in the kernel's log of this host. The bot tries again by itself.",
  };
  return new OrbError(refusal, { cause: error });
}

/** The error for a workspace that is not where it was. */
export function missing(path: Buffer | string): OrbError {
  return new OrbError(gone(shownPath(path)));
}

function gone(path: string): Refusal {
  return {
    code: "workspace_missing",
    reason: `${path} does not exist any more.`,
    remedy: "No action needed.",
  };
}

function full(path: string): Refusal {
  return {
    code: "trash_full",
    reason: `The file system of ${path} has no room for one more name.`,
    remedy:
      "Free some space or raise the quota; even a few kilobytes are enough. The bot tries again by itself.",
  };
}

function forbidden(path: string): Refusal {
  return {
    code: "removal_forbidden",
    reason: `The bot's user may not move ${path}, or a flag of the file system forbids it.`,
    remedy: `Give the bot's user write access to the folder around ${path} and to the folder itself; \`lsattr -d\` shows its flags.`,
  };
}
