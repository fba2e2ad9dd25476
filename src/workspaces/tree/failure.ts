import { OrbError, type Refusal } from "../../errors.ts";
import { shownPath } from "./shown-path.ts";

/** What an error of the file system means for a folder that was to be opened. */
const MEANINGS: Readonly<Record<string, (path: string) => Refusal>> = {
  ENOENT: (path) => ({
    code: "workspace_missing",
    reason: `${path} does not exist.`,
    remedy: "No action needed if it was removed on purpose. Otherwise check the path in the signals.",
  }),
  // No file system has such a name, so nothing can be there.
  ENAMETOOLONG: (path) => ({
    code: "workspace_missing",
    reason: `${path} does not exist: a name in it is longer than file systems allow.`,
    remedy: "Correct the path in the signals.",
  }),
  ENOTDIR: notAFolder,
  ELOOP: notAFolder,
  EACCES: unreadable,
  EPERM: unreadable,
};

/** @param error of `node:fs` while it opened the folder at this path. Any other error than one of the file system stays as it is */
export function toTreeFailure(error: unknown, path: Buffer | string): unknown {
  if (!isSystemError(error)) return error;
  const shown = shownPath(path);
  const refusal = MEANINGS[error.code]?.(shown) ?? {
    code: "workspace_unreadable",
    reason: `${shown} can't be opened: ${error.code}.`,
    remedy: "Look for the cause in the kernel's log of this host. The bot tries again by itself.",
  };
  return new OrbError(refusal, { cause: error });
}

/** Whether Node made this error from an answer of the operating system, such as `ENOENT`. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException & { readonly code: string } {
  return error instanceof Error && "syscall" in error && "code" in error && typeof error.code === "string";
}

const NOTHING_THERE: ReadonlySet<string> = new Set(["ENOENT", "ENOTDIR", "ENAMETOOLONG"]);

/** Whether an error says that nothing has this path, or could have it. */
export function isNothingThere(error: unknown): boolean {
  return isSystemError(error) && NOTHING_THERE.has(error.code);
}

function notAFolder(path: string): Refusal {
  return {
    code: "workspace_is_link",
    reason: `${path}, or a folder on the way to it, is a link or no folder. No link is followed below the root.`,
    remedy: "Name the workspace by the path of the folder itself, below WORKSPACE_ROOT.",
  };
}

function unreadable(path: string): Refusal {
  return {
    code: "workspace_unreadable",
    reason: `The bot is not allowed to open ${path}.`,
    remedy: `Let the bot's user read it: \`setfacl -R -m u:USER:rwX ${path}\`, or run the bot as the user of the agents.`,
  };
}
