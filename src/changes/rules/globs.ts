import { compileWildcards, MANY, type Wildcard } from "./wildcards.ts";

/** A path, split at its slashes. */
export type Segments = readonly string[];
export type PathTest = (path: Segments) => boolean;

// Only an attacker writes a pattern with more alternatives than this.
const ALTERNATIVES_MAX = 50;
// Patterns such as `+(a|b)`. Git has none: there a parenthesis means itself.
const EXTENDED = /[?*+@!]\(/;
const NAMED_CLASS = /\[\[:/; // such as `[[:alpha:]]`
// An escaped character; or a class, with its negation and content; or stars; or any other character.
const TOKEN = /\\(.)|\[([!^]?)(\]?(?:\\.|[^\\\]])*)\]|\*+|./gs;

const anything = () => true;

export function segmentsOf(path: string): Segments {
  return path.split("/");
}

/**
 * Compiles a glob with the meaning of https://github.com/isaacs/minimatch with `dot`: `*`, `?`, `[a-z]`, `**` for any
 * number of folders, `{a,b}`, and a leading `!` for everything that does not match. Names with a leading dot match like
 * all others. No library does this here, because they turn globs into regular expressions that backtrack: a branch
 * with hostile paths would block the process for everybody.
 *
 * @returns `null` if the glob has extended patterns such as `+(a|b)` or too many alternatives
 */
export function compileGlob(glob: string): PathTest | null {
  const pattern = glob.replace(/^!+/, "");
  const negated = (glob.length - pattern.length) % 2 === 1;
  const alternatives = EXTENDED.test(glob) || NAMED_CLASS.test(glob) ? null : expandBraces(pattern);
  const tests = alternatives?.map((alternative) => testOf(compileSegments(alternative)));
  if (!tests?.every((test) => test !== null)) return null;
  return (path) => tests.some((test) => test(path)) !== negated;
}

/**
 * Compiles globs of which the last match wins: one that begins with `!` excludes what earlier ones include.
 *
 * @returns the test, and the globs that can't be read and are not part of it
 */
export function compileGlobs(globs: readonly string[]): {
  readonly test: PathTest;
  readonly unreadable: readonly string[];
} {
  const compiled = globs.map((glob) => {
    const excludes = glob.startsWith("!");
    return { glob, excludes, test: compileGlob(excludes ? glob.slice(1) : glob) };
  });
  const readable = compiled.flatMap(({ excludes, test }) => (test ? [{ excludes, test }] : []));
  return {
    test: (path) => readable.findLast(({ test }) => test(path))?.excludes === false,
    unreadable: compiled.filter(({ test }) => test === null).map(({ glob }) => glob),
  };
}

/**
 * Compiles a pattern of `.gitignore` without negation, https://git-scm.com/docs/gitignore#_pattern_format. A pattern
 * without a slash matches at any depth; one that ends in a slash matches everything in such a folder.
 *
 * @param below whether everything in a matching folder matches too, as in `.gitignore` but not in `.gitattributes`
 */
export function compileGitPattern(pattern: string, { below }: { below: boolean }): PathTest | null {
  const isFolder = pattern.endsWith("/");
  const body = pattern.slice(pattern.startsWith("/") ? 1 : 0, isFolder ? -1 : undefined);
  const anchored = pattern.startsWith("/") || body.includes("/");
  const parts = NAMED_CLASS.test(pattern) ? null : compileSegments(body);
  if (!parts || body === "") return null;
  const from: readonly Wildcard[] = anchored ? parts : [MANY, ...parts];
  if (isFolder && !below) return null;
  const rest: readonly Wildcard[] = isFolder ? [anything, MANY] : below ? [MANY] : [];
  return testOf([...from, ...rest]);
}

function testOf(parts: readonly Wildcard[] | null): PathTest | null {
  const [first, last, ...others] = parts ?? [];
  // `**/*.ts` depends only on the file name.
  if (first === MANY && typeof last === "function" && others.length === 0)
    return (path) => last(path.at(-1) ?? "");
  return parts && compileWildcards(parts);
}

/**
 * Compiles many patterns of `.gitignore` at once. Patterns that are only a name, a folder or an ending cost almost
 * nothing.
 *
 * @param lines of patterns, separated by spaces
 */
export function compileGitPatterns(lines: readonly string[]): PathTest {
  const patterns = lines.flatMap((line) => line.split(" "));
  const plain = patterns.map(
    (pattern) => /^(?<ending>\*\.)?(?<name>[\w.-]+)(?<folder>\/)?$/.exec(pattern)?.groups,
  );
  const take = (matches: (groups: Record<string, string | undefined>) => boolean) =>
    new Set(plain.flatMap((groups) => (groups && matches(groups) ? [groups["name"] ?? ""] : [])));
  const endings = take(({ ending, folder }) => ending !== undefined && folder === undefined);
  const folders = take(({ ending, folder }) => ending === undefined && folder !== undefined);
  const names = take(({ ending, folder }) => ending === undefined && folder === undefined);
  const others = patterns.flatMap((pattern, index) => {
    const { ending, folder } = plain[index] ?? { ending: "", folder: "" };
    const isPlain = ending === undefined || folder === undefined;
    return (isPlain ? null : compileGitPattern(pattern, { below: true })) ?? [];
  });
  return (path) =>
    names.has(path.at(-1) ?? "") ||
    hasEnding(path.at(-1) ?? "", endings) ||
    path.some((segment, index) => index < path.length - 1 && folders.has(segment)) ||
    others.some((test) => test(path));
}

function hasEnding(name: string, endings: ReadonlySet<string>): boolean {
  for (let dot = name.indexOf("."); dot >= 0; dot = name.indexOf(".", dot + 1)) {
    if (endings.has(name.slice(dot + 1))) return true;
  }
  return false;
}

function compileSegments(pattern: string): readonly Wildcard[] | null {
  const segments = pattern.split("/");
  const parts: Wildcard[] = [];
  for (const [index, segment] of segments.entries()) {
    if (segment === "**") {
      // A `**` at the end needs at least one more segment.
      if (index === segments.length - 1) parts.push(anything);
      parts.push(MANY);
      continue;
    }
    const part = compileSegment(segment);
    if (!part) return null;
    parts.push(part);
  }
  return parts;
}

function compileSegment(segment: string): ((name: string) => boolean) | null {
  if (!/[*?[\\]/.test(segment)) return (name) => name === segment;
  if (segment === "*") return anything;
  const parts: Wildcard[] = [];
  for (const [token, escaped, negation, members] of segment.matchAll(TOKEN)) {
    const part =
      members === undefined
        ? compileCharacter(token, escaped)
        : compileClass(members, { negated: negation !== "" });
    if (!part) return null;
    parts.push(part);
  }
  // This fast check already excludes nearly all names.
  const needed = longest(segment.split(/[*?]|\[.*\]|\\./s));
  const fits = compileWildcards(parts);
  return (name) => name.includes(needed) && fits(name);
}

function longest(texts: readonly string[]): string {
  return texts.reduce((best, text) => (text.length > best.length ? text : best), "");
}

function compileCharacter(token: string, escaped: string | undefined): Wildcard {
  if (token.startsWith("*")) return MANY;
  if (token === "?") return anything;
  const literal = escaped ?? token;
  return (character) => character === literal;
}

function compileClass(characters: string, { negated }: { negated: boolean }): Wildcard | null {
  // In a glob an escaped character means itself; in a regular expression `\\d` would mean any digit.
  const escaped = characters.replaceAll(/\\(.)|[\\\]^[]/gs, (found, escapedOne: string | undefined) =>
    escapedOne === undefined || !/\w/.test(escapedOne) ? `\\${escapedOne ?? found}` : escapedOne,
  );
  try {
    const expression = new RegExp(`[${negated ? "^" : ""}${escaped}]`, "s");
    return (character) => expression.test(character);
  } catch {
    return null; // such as `[z-a]`
  }
}

/** How many alternatives a glob has, which decides what a match costs: `a{b,c}` has two. */
export function countAlternatives(glob: string): number {
  return expandBraces(glob)?.length ?? 1;
}

/** `a{b,c}` as `ab` and `ac`; `null` if there are too many. */
function expandBraces(glob: string): readonly string[] | null {
  let globs: readonly string[] = [glob];
  for (;;) {
    const expanded: readonly string[] = globs.flatMap(expandFirstBrace);
    if (expanded.length > ALTERNATIVES_MAX) return null;
    if (expanded.length === globs.length) return expanded;
    globs = expanded;
  }
}

function expandFirstBrace(glob: string): readonly string[] {
  for (let open = glob.indexOf("{"); open >= 0; open = glob.indexOf("{", open + 1)) {
    const cuts = glob[open - 1] === "\\" ? [] : cutsOf(glob, open);
    if (cuts.length < 3) continue;
    const [before, after] = [glob.slice(0, open), glob.slice((cuts.at(-1) ?? 0) + 1)];
    return cuts.slice(1).map((to, index) => before + glob.slice((cuts[index] ?? 0) + 1, to) + after);
  }
  return [glob];
}

/** The positions of the brace at `open`, of its commas and of its end; empty if it has no end. */
function cutsOf(glob: string, open: number): number[] {
  const cuts = [open];
  let depth = 0;
  for (let at = open; at < glob.length; at++) {
    const character = glob[at];
    if (character === "\\") at++;
    else if (character === "{") depth++;
    else if (character === "," && depth === 1) cuts.push(at);
    else if (character === "}" && --depth === 0) return [...cuts, at];
  }
  return [];
}
