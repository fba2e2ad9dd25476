import { stepsOfYaml } from "../../input/rules/yaml-steps.ts";

// How many steps a file takes in the worst case. A step is one comparison of a character, some nanoseconds.

/** A regular expression of ten characters can stand for a thousand, and is compared with two branches. */
const EXPRESSION_STEPS = 100_000;
/** A path is compared with the bot's own patterns for kinds of files. */
const PATH_STEPS = 100;
/** `{a,b}` and the like, at most. */
const ALTERNATIVES_MAX = 50;

export function stepsOfAttributes(text: string, paths: readonly string[]): number {
  return text.includes("linguist-") ? stepsOfPatterns(text.length, paths) : text.length;
}

export function stepsOfGlobs(globs: readonly string[], paths: readonly string[]): number {
  const characters = globs.reduce(
    (sum, glob) => sum + glob.length * (glob.includes("{") ? ALTERNATIVES_MAX : 1),
    0,
  );
  return stepsOfPatterns(characters, paths);
}

export function stepsOfLabeler(text: string, paths: readonly string[]): number {
  // A key may be written with an escaped character.
  const branches = /branch|\\/.test(text) ? EXPRESSION_STEPS : 0;
  return stepsOfYaml(text) + text.length * branches + stepsOfGlobs([text], paths);
}

/** @param characters of all patterns together */
export function stepsOfPatterns(characters: number, paths: readonly string[]): number {
  return characters * paths.reduce((sum, path) => sum + path.length + 1, 1);
}

/** Of what is found out about paths without any file of the repository. */
export function stepsOfPaths(paths: readonly string[]): number {
  return stepsOfPatterns(PATH_STEPS, paths);
}
