import { RE2JS } from "re2js";

const PATTERN_CHARACTERS_MAX = 200;
const BRANCH_CHARACTERS_MAX = 255;

/** What means the same in JavaScript and in RE2 after a backslash: classes, and characters that stand for themselves. */
const ESCAPES_ALIKE = /\\(?:[dDwWsSbBtnrfv]|x[\da-fA-F]{2}|[^\da-zA-Z])/gs;
/** RE2 alone knows `[:alpha:]`, and a bracket that closes directly after the opening one is a member of the class there. */
const OTHER_CLASSES = /\[:|\[\^?\]/;

export type BranchTest = (branch: string) => boolean;

/**
 * Compiles a regular expression for branch names from a file of the repository. JavaScript's own engine would try every way to
 * match, which takes for ever for `(a+)+b`. RE2 takes the length of the branch times that of the pattern, whatever the pattern is:
 * https://github.com/google/re2/wiki/Syntax. It has no lookarounds and no references to groups.
 *
 * @returns `null` if it is invalid, or if it would not mean the same as in JavaScript
 */
export function compileBranchPattern(pattern: string): BranchTest | null {
  const withoutEscapes = pattern.replaceAll(ESCAPES_ALIKE, "x");
  const differs = withoutEscapes.includes("\\") || OTHER_CLASSES.test(withoutEscapes);
  if (pattern.length > PATTERN_CHARACTERS_MAX || differs) return null;
  try {
    // RE2 has notations that JavaScript does not know, such as `(?U)`.
    void new RegExp(pattern);
    const expression = RE2JS.compile(pattern);
    return (branch) => expression.test(branch.slice(0, BRANCH_CHARACTERS_MAX));
  } catch {
    return null;
  }
}
