const REF_BYTES_MAX = 244; // what GitHub accepts: 255 bytes less "refs/heads/"

// The rules of git-check-ref-format(1) for a branch: characters that a name must not contain anywhere, and those with
// which it must not start or end.
// oxlint-disable-next-line no-control-regex -- control characters are what is being refused
const FORBIDDEN_ANYWHERE = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//;
const FORBIDDEN_EDGES = /^[-/]|[/.]$/;
// git allows a branch called `@`, but usually reads it as HEAD.
const NAMES_OF_SOMETHING_ELSE = /^(?:HEAD|@)$/;

/** Every name for which `isBranchName` holds matches this pattern, for a JSON Schema. */
export const BRANCH_CHARACTERS_PATTERN = String.raw`^[^\u0000-\u0020\u007f~^:?*[\\]{1,244}$`;

/**
 * Whether git accepts `name` as a branch name, by the rules of git-check-ref-format(1) with `--branch`.
 *
 * @param name without `refs/heads/`
 */
export function isBranchName(name: string): boolean {
  if (name === "" || Buffer.byteLength(name) > REF_BYTES_MAX) return false;
  // Half of a surrogate pair can't be written in UTF-8: git would receive another name.
  if (!name.isWellFormed() || NAMES_OF_SOMETHING_ELSE.test(name)) return false;
  if (FORBIDDEN_ANYWHERE.test(name) || FORBIDDEN_EDGES.test(name)) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}
