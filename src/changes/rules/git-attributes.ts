import { compileGitPattern, type PathTest, type Segments, segmentsOf } from "./globs.ts";

/** What a repository can state about its files: https://github.com/github-linguist/linguist/blob/main/docs/overrides.md */
const ATTRIBUTES = ["linguist-generated", "linguist-vendored", "linguist-documentation"] as const;
type Attribute = (typeof ATTRIBUTES)[number];

const TEXT_CHARACTERS_MAX = 500_000;
const PATTERN_CHARACTERS_MAX = 1_000;
const RULES_MAX = 1_000;

interface Rule {
  readonly test: PathTest;
  /** `null` cancels an earlier statement. */
  readonly states: ReadonlyMap<Attribute, boolean | null>;
}

/** What a `.gitattributes` says about a path; `null` if it says nothing. */
export type GitAttributes = (path: Segments, attribute: Attribute) => boolean | null;

/**
 * Reads a `.gitattributes`, https://git-scm.com/docs/gitattributes. If several lines match, the last one that names
 * the attribute wins. Macros and unreadable lines are skipped, as in git.
 *
 * @param text `null` if the repository has none; anything beyond 500 000 characters or 1 000 rules is not read
 */
export function parseGitAttributes(text: string | null): GitAttributes {
  const lines = (text ?? "").slice(0, TEXT_CHARACTERS_MAX).split(/\r?\n/);
  const rules = lines.flatMap(parseLine).slice(0, RULES_MAX);
  return (path, attribute) =>
    rules.findLast(({ states, test }) => states.has(attribute) && test(path))?.states.get(attribute) ?? null;
}

/** What a `.gitattributes` says about paths, by path; those about which it says nothing are missing. */
export type AttributesByPath = ReadonlyMap<string, Readonly<Partial<Record<Attribute, boolean>>>>;

/** The statements of a `.gitattributes` about some paths, as data. */
export function attributesByPath(text: string, paths: readonly string[]): AttributesByPath {
  const attributes = parseGitAttributes(text);
  const found = new Map<string, Partial<Record<Attribute, boolean>>>();
  for (const path of paths) {
    const segments = segmentsOf(path);
    const states = ATTRIBUTES.flatMap((attribute) => {
      const state = attributes(segments, attribute);
      return state === null ? [] : [[attribute, state] as const];
    });
    if (states.length > 0) found.set(path, Object.fromEntries(states));
  }
  return found;
}

function parseLine(line: string): Rule[] {
  if (!line.includes("linguist-") || line.startsWith("#") || line.startsWith("[attr]")) return [];
  const [, quoted, bare, rest = ""] = /^[ \t]*(?:"((?:\\.|[^"\\])*)"|(\S+))(.*)$/.exec(line) ?? [];
  const pattern = bare ?? quoted?.replaceAll(/\\(.)/g, "$1") ?? "";
  const states = new Map(rest.split(/[ \t]+/).flatMap(parseState));
  if (states.size === 0 || pattern.length > PATTERN_CHARACTERS_MAX || pattern.startsWith("!")) return [];
  // Unlike in `.gitignore`, a matching folder does not include the files in it.
  const test = compileGitPattern(pattern, { below: false });
  return test ? [{ test, states }] : [];
}

function parseState(word: string): [Attribute, boolean | null][] {
  const [, sign = "", name = "", value] = /^([-!]?)([^=]*)(?:=(.*))?$/.exec(word) ?? [];
  const attribute = ATTRIBUTES.find((known) => known === name);
  if (!attribute) return [];
  if (sign === "!") return [[attribute, null]];
  return [[attribute, sign !== "-" && value !== "false"]];
}
