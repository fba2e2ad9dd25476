const PATTERN_CHARACTERS_MAX = 200;
const BRANCH_CHARACTERS_MAX = 255;
/** Enough for three numbers with dots between; a match that needs them all takes some milliseconds. */
const STEPS_MAX = 2 ** 25;

// A group that repeats, one that looks around, or a reference to what a group took.
const TANGLED = /\)(?:[*+]|\{)|\(\?|\\[1-9k]/;
const ESCAPED_OR_CLASS = /\\.|\[\^?(?:\\.|[^\\\]])*\]/gs;

export type BranchTest = (branch: string) => boolean;

/**
 * A regular expression for branch names out of a file of the repository. One that could take long is not taken:
 * an engine that goes back over what it read would stop for everybody.
 *
 * @returns `null` where it is none, or one that could take long
 */
export function compileBranchPattern(pattern: string): BranchTest | null {
  const skeleton = pattern.replaceAll(ESCAPED_OR_CLASS, "x");
  if (pattern.length > PATTERN_CHARACTERS_MAX || TANGLED.test(pattern) || TANGLED.test(skeleton)) return null;
  if (stepsOf(skeleton) > STEPS_MAX) return null;
  try {
    const expression = new RegExp(pattern);
    return (branch) => expression.test(branch.slice(0, BRANCH_CHARACTERS_MAX));
  } catch {
    return null;
  }
}

/** The most ways there are to go about it: every choice times every other. */
function stepsOf(skeleton: string): number {
  const loops = count(skeleton, /[*+]|\{\d/g);
  // A last `.*` takes whatever is left, so it is never tried twice.
  const harmless = /\.\*\$?$/.test(skeleton) ? 1 : 0;
  const beginnings = skeleton.startsWith("^") && !skeleton.includes("|") ? 0 : 1;
  const options = count(skeleton, /(?<![*+?}])\?/g);
  const alternatives = skeleton.split(/[()]/).reduce((ways, part) => ways * part.split("|").length, 1);
  return BRANCH_CHARACTERS_MAX ** (loops - harmless + beginnings) * 2 ** options * alternatives;
}

function count(text: string, expression: RegExp): number {
  return text.match(expression)?.length ?? 0;
}
