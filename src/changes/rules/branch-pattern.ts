const PATTERN_CHARACTERS_MAX = 200;
const BRANCH_CHARACTERS_MAX = 255;
/** Enough for three numbers with dots between them. A match that needs all steps takes some milliseconds. */
const STEPS_MAX = 2 ** 25;

// A repeated group, a lookaround, or a reference to a group.
const UNSAFE = /\)(?:[*+]|\{)|\(\?|\\[1-9k]/;
const ESCAPED_OR_CLASS = /\\.|\[\^?(?:\\.|[^\\\]])*\]/gs;

export type BranchTest = (branch: string) => boolean;

/**
 * Compiles a regular expression for branch names from a file of the repository. A slow one is refused, because
 * backtracking would block the process for everybody.
 *
 * @returns `null` if it is invalid or could be slow
 */
export function compileBranchPattern(pattern: string): BranchTest | null {
  const skeleton = pattern.replaceAll(ESCAPED_OR_CLASS, "x");
  if (pattern.length > PATTERN_CHARACTERS_MAX || UNSAFE.test(pattern) || UNSAFE.test(skeleton)) return null;
  if (stepsOf(skeleton) > STEPS_MAX) return null;
  try {
    const expression = new RegExp(pattern);
    return (branch) => expression.test(branch.slice(0, BRANCH_CHARACTERS_MAX));
  } catch {
    return null;
  }
}

/** The number of ways to match in the worst case: the product of all choices. */
function stepsOf(skeleton: string): number {
  const loops = count(skeleton, /[*+]|\{\d/g);
  // A `.*` at the end matches the whole rest, so it is tried only once.
  const harmless = /\.\*\$?$/.test(skeleton) ? 1 : 0;
  const beginnings = skeleton.startsWith("^") && !skeleton.includes("|") ? 0 : 1;
  const options = count(skeleton, /(?<![*+?}])\?/g);
  const alternatives = skeleton.split(/[()]/).reduce((ways, part) => ways * part.split("|").length, 1);
  return BRANCH_CHARACTERS_MAX ** (loops - harmless + beginnings) * 2 ** options * alternatives;
}

function count(text: string, expression: RegExp): number {
  return text.match(expression)?.length ?? 0;
}
