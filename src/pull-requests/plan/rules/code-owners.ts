import { isLogin, isTeamSlug, uniqueByName } from "../../../text/github-names.ts";
import { compileGitPattern, type PathTest, segmentsOf } from "../../../changes/rules/globs.ts";

// https://docs.github.com/en/repositories/managing-your-repositorys-settings-and-features/customizing-your-repository/about-code-owners
const BYTES_MAX = 3_000_000;
/** Lines of three megabytes are hardly ever as short. Of more, the last ones count, because they override the others. */
const LINES_MAX = 200_000;
/** Patterns that may match in any folder: each is compared with each path. Of more, the last ones count. */
const ANYWHERE_MAX = 10_000;
const PATTERN_CHARACTERS_MAX = 1_000;

export interface Owner {
  /** A login, `organisation/team`, or an e-mail address. */
  readonly name: string;
  /** How many of the changed files they own. */
  readonly files: number;
}

/** The owners of changed files, those with the most files first. */
export interface CodeOwners {
  readonly people: readonly Owner[];
  readonly teams: readonly Owner[];
  readonly emails: readonly Owner[];
  /** Not all lines were compared: an earlier one may name other owners. */
  readonly incomplete?: true;
}

interface Rule {
  /** In the file; a later line overrides earlier ones. */
  readonly index: number;
  readonly pattern: string;
  readonly owners: readonly string[];
  /** Made when a path is first compared with it: of thousands of lines, most are never needed. */
  test?: PathTest | null;
}

/**
 * The owners that a `CODEOWNERS` file names for changed files. If several lines match a file, the last one counts, and a line
 * without owners leaves it without any. A line that GitHub could not read is skipped, as GitHub does; of several owners only
 * those are left out whose names can't be names. Names keep their first spelling.
 *
 * @param text of the base branch's file. GitHub does not load one of 3 MB or more, so it names no owners
 */
export function codeOwnersOf(text: string, paths: readonly string[]): CodeOwners {
  const found = new Map<string, { name: string; files: number }>();
  const rules = new Rules(text.length < BYTES_MAX ? text : "");
  for (const path of paths) {
    for (const name of rules.ownersOf(path)) {
      const owner = found.get(name.toLowerCase()) ?? { name, files: 0 };
      owner.files++;
      found.set(name.toLowerCase(), owner);
    }
  }
  const owners = [...found.values()].sort((a, b) => b.files - a.files);
  const named = (test: (name: string) => boolean) =>
    owners.flatMap(({ name, files }) => (test(name) ? [{ name: name.replace(/^@/, ""), files }] : []));
  return {
    people: named((name) => name.startsWith("@") && !name.includes("/")),
    teams: named((name) => name.startsWith("@") && name.includes("/")),
    emails: named((name) => !name.startsWith("@")),
    ...(rules.incomplete && { incomplete: true as const }),
  };
}

/** Sorted by the folder in which they begin: a monorepo has thousands of rules, nearly all about other folders. */
class Rules {
  readonly #byFolder = new Map<string, Rule[]>();
  readonly incomplete: boolean;
  #depthMax = 0;

  constructor(text: string) {
    const lines = text.split(/\r?\n/);
    const from = Math.max(0, lines.length - LINES_MAX);
    for (let index = from; index < lines.length; index++) this.#add(lines[index] ?? "", index);
    const anywhere = this.#byFolder.get("") ?? [];
    this.incomplete = from > 0 || anywhere.length > ANYWHERE_MAX;
    if (anywhere.length > ANYWHERE_MAX) this.#byFolder.set("", anywhere.slice(-ANYWHERE_MAX));
  }

  #add(line: string, index: number): void {
    const rule = ruleOf(line, index);
    if (!rule) return;
    const folder = folderOf(rule.pattern);
    const others = this.#byFolder.get(folder);
    if (others) others.push(rule);
    else this.#byFolder.set(folder, [rule]);
    this.#depthMax = Math.max(this.#depthMax, folder === "" ? 0 : folder.split("/").length);
  }

  ownersOf(path: string): readonly string[] {
    const segments = segmentsOf(path);
    let last: Rule | undefined;
    for (let depth = 0; depth <= Math.min(segments.length, this.#depthMax); depth++) {
      const rules = this.#byFolder.get(segments.slice(0, depth).join("/"));
      const found = rules?.findLast((rule) => matches(rule, segments));
      if (found && (!last || found.index > last.index)) last = found;
    }
    return last?.owners ?? [];
  }
}

function matches(rule: Rule, segments: readonly string[]): boolean {
  const { pattern } = rule;
  // `docs/*` means the files of the folder, but not those of its subfolders.
  if (rule.test === undefined) rule.test = compileGitPattern(pattern, { below: !pattern.endsWith("/*") });
  return rule.test?.(segments) ?? false;
}

/** The path with which everything begins that matches a pattern; empty if that may be anywhere. */
function folderOf(pattern: string): string {
  const body = pattern.replace(/^\//, "").replace(/\/$/, "");
  if (!pattern.startsWith("/") && !body.includes("/")) return "";
  const segments = body.split("/");
  const wild = segments.findIndex((segment) => /[*?\\]/.test(segment));
  return segments.slice(0, wild < 0 ? segments.length : wild).join("/");
}

function ruleOf(line: string, index: number): Rule | null {
  // A pattern may contain spaces, each after a backslash.
  const [pattern = "", ...rest] = line.match(/(?:\\.|[^\s\\])+/g) ?? [];
  const comment = rest.findIndex((word) => word.startsWith("#"));
  const owners = comment < 0 ? rest : rest.slice(0, comment);
  // GitHub supports neither `!`, nor `[a-z]`, nor `\#`.
  const unreadable = /^(?:[!#]|\\#)|[[\]]/.test(pattern) || pattern.length > PATTERN_CHARACTERS_MAX;
  const readable = owners.filter(isOwner);
  // A line without owners means something else: nobody owns the files.
  if (pattern === "" || unreadable || (owners.length > 0 && readable.length === 0)) return null;
  return { index, pattern, owners: uniqueByName(readable, (name) => name) };
}

function isOwner(word: string): boolean {
  if (!word.startsWith("@")) return /^[^\s@]{1,200}@[^\s@]{1,200}$/.test(word);
  const [organisation = "", team, ...others] = word.slice(1).split("/");
  return isLogin(organisation) && others.length === 0 && (team === undefined || isTeamSlug(team));
}
