import { OrbError } from "../../../errors.ts";

/** Linux's PATH_MAX, https://man7.org/linux/man-pages/man3/limits.h.0p.html, without the NUL at the end. */
export const PATH_BYTES_MAX = 4_095;
/** Of one name in it. */
const NAME_BYTES_MAX = 255;

/**
 * Reads the path of a workspace as a signal or a person gives it: absolute, without repeated or trailing slashes and `.`. It
 * says nothing about the disk: the code that opens it there looks for links.
 *
 * @throws OrbError `bad_workspace_path` if it is relative, `/`, too long, not Unicode, or contains `..` or NUL. A `..` is not
 * resolved: behind a link it leads elsewhere than its text says.
 */
export function workspacePath(path: string): string {
  const problem = problemOf(path);
  if (problem === null) return `/${namesIn(path).join("/")}`;
  throw new OrbError({
    code: "bad_workspace_path",
    reason: `The path of the workspace ${problem}.`,
    remedy: `Send the absolute path of the workspace's folder, such as /var/orb/workspaces/p-1, without "..".`,
  });
}

/** Whether `inner` lies somewhere below `outer`; both normal. */
export function liesIn(inner: string, outer: string): boolean {
  return inner.startsWith(`${outer}/`);
}

/** The folders that contain a normal path, the outermost first; without the path itself and `/`. */
export function foldersAbove(path: string): string[] {
  const names = namesIn(path);
  return names.slice(1).map((_, index) => `/${names.slice(0, index + 1).join("/")}`);
}

function problemOf(path: string): string | null {
  if (!path.isWellFormed()) return "is not valid Unicode";
  if (path.includes("\0")) return "contains a NUL character";
  if (!path.startsWith("/")) return "is not absolute";
  if (path.split("/").some((part) => Buffer.byteLength(part) > NAME_BYTES_MAX)) {
    return `has a name of more than ${NAME_BYTES_MAX} bytes, which no file system has`;
  }
  if (Buffer.byteLength(path) > PATH_BYTES_MAX) return `is longer than ${PATH_BYTES_MAX} bytes`;
  const names = namesIn(path);
  if (names.includes("..")) return 'contains ".."';
  return names.length === 0 ? "is the root of the file system" : null;
}

function namesIn(path: string): string[] {
  return path.split("/").filter((name) => name !== "" && name !== ".");
}
