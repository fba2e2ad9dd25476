const REF_BYTES_MAX = 244; // what GitHub accepts: 255 bytes less "refs/heads/"

// git-check-ref-format(1), the rules for a branch: what a name must not hold anywhere, and what no
// slash-separated part of it may start or end with.
// oxlint-disable-next-line no-control-regex -- control characters are what is being refused
const FORBIDDEN_ANYWHERE = /[\u0000-\u0020\u007f~^:?*[\\]|\.\.|@\{|\/\//;
const FORBIDDEN_EDGES = /^[-/]|[/.]$/;
// `@` may be a branch to git, which reads it as HEAD wherever it could be meant.
const NAMES_OF_SOMETHING_ELSE = /^(?:HEAD|@)$/;

/**
 * Whether git takes `name` as a branch name, by the rules of git-check-ref-format(1) with `--branch`.
 *
 * @param name without `refs/heads/`
 */
export function isBranchName(name: string): boolean {
  if (name === "" || Buffer.byteLength(name) > REF_BYTES_MAX) return false;
  // Half of a surrogate pair can't be written in UTF-8: git would be given another name.
  if (!name.isWellFormed() || NAMES_OF_SOMETHING_ELSE.test(name)) return false;
  if (FORBIDDEN_ANYWHERE.test(name) || FORBIDDEN_EDGES.test(name)) return false;
  return name.split("/").every((part) => !part.startsWith(".") && !part.endsWith(".lock"));
}
