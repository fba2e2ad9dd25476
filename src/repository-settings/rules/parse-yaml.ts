import {
  type Alias,
  type Document,
  isAlias,
  isMap,
  isPair,
  isScalar,
  isSeq,
  LineCounter,
  type Node,
  parseDocument,
  visit,
} from "yaml";
import type { Position } from "../problem.ts";
import type { Path } from "../../input/rules/path-text.ts";

/** Without a limit, a few lines of aliases to aliases expand to gigabytes. No honest file needs this many. */
const ALIASES_MAX = 100;
const REASON_CHARACTERS_MAX = 200;

/** Messages of the library, reworded for people. */
const REASONS: Readonly<Record<string, string>> = {
  MULTIPLE_DOCS: "it has a second document; remove the line of three hyphens.",
  RESOURCE_EXHAUSTION: "it is nested too deeply.",
  TAG_RESOLVE_FAILED: "it has a tag (a word that begins with !), which settings don't need.",
};

export interface YamlProblem extends Position {
  readonly code: "settings_unreadable" | "setting_unknown" | "setting_duplicate";
  readonly path: Path;
  readonly reason: string;
  readonly remedy: string;
}

export interface ParsedYaml {
  /** A value as in JSON; `undefined` if the text can't be read. */
  readonly value: unknown;
  /** In the order of the text. */
  readonly problems: readonly YamlProblem[];
  /** The position of a key or its value. If the path does not exist, the position of its last existing part. */
  readonly locate: (path: Path, part: "key" | "value") => Position;
}

/**
 * Reads YAML 1.2 as data: only the tags of its core schema, and no merge keys. Version directives in the text change
 * nothing.
 */
export function parseYaml(text: string): ParsedYaml {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, {
    schema: "core",
    merge: false,
    resolveKnownTags: false,
    prettyErrors: false,
    lineCounter,
    // The library compares each key with all earlier keys, which takes seconds for a hostile file.
    uniqueKeys: false,
  });
  const at = (offset: number): Position => {
    const { line, col } = lineCounter.linePos(offset);
    return { line: Math.max(1, line), column: Math.max(1, col) };
  };
  const locate = (path: Path, part: "key" | "value") => at(offsetOf(document, { path, part }));
  const unread = (problems: readonly YamlProblem[]) => ({ value: undefined, problems, locate });
  const syntax = [...document.errors, ...document.warnings].map(({ pos: [offset], code, message }) =>
    unreadable(REASONS[code] ?? message, at(offset)),
  );
  if (syntax.length > 0) return unread(firstOfEachLine(syntax));
  const aliases = badAliases(document, at);
  if (aliases.length > 0) return unread(aliases);
  try {
    return { value: document.toJS({ maxAliasCount: ALIASES_MAX }), problems: badKeys(document, at), locate };
  } catch (error) {
    // Aliases that expand to too much, or nesting that overflows the stack here although the parser managed it.
    if (!(error instanceof ReferenceError) && !(error instanceof RangeError)) throw error;
    return unread([unreadable(error.message, at(0))]);
  }
}

function unreadable(reason: string, position: Position): YamlProblem {
  return {
    code: "settings_unreadable",
    path: [],
    reason: `This is not valid YAML: ${reason.slice(0, REASON_CHARACTERS_MAX)}`,
    remedy:
      "Check this line and the one before it: indentation, quotes, brackets, and a space after each colon.",
    ...position,
  };
}

/** One mistake causes many errors. Only the first error on each line is kept. */
function firstOfEachLine(problems: readonly YamlProblem[]): YamlProblem[] {
  const byLine = Map.groupBy(problems, ({ line }) => line);
  return [...byLine.values()].flatMap((same) => same.slice(0, 1));
}

/** Aliases without an anchor. With too many aliases, only the first one above the limit: each lookup reads all the text. */
function badAliases(document: Document, at: (offset: number) => Position): YamlProblem[] {
  const aliases: Alias[] = [];
  visit(document, {
    Alias(_, alias) {
      aliases.push(alias);
    },
  });
  const tooMany = aliases[ALIASES_MAX];
  if (tooMany) return [unreadable(`it has more than ${ALIASES_MAX} aliases.`, at(startOf(tooMany)))];
  return aliases
    .filter((alias) => !alias.resolve(document))
    .map((alias) => unreadable(`there is no anchor &${alias.source} before it.`, at(startOf(alias))));
}

function badKeys(document: Document, at: (offset: number) => Position): YamlProblem[] {
  const problems: YamlProblem[] = [];
  visit(document, {
    Map(_, map, ancestors) {
      const firstOffsets = new Map<string, number>();
      for (const { key } of map.items) {
        const name = nameOf(key);
        const offset = startOf(key);
        const first = firstOffsets.get(name);
        const path = [...pathOf(ancestors), name];
        if (first !== undefined) problems.push(duplicate(path, at(offset), at(first)));
        // The schema of a map with free keys would silently drop it.
        else if (name === "__proto__") problems.push(reserved(path, at(offset)));
        else firstOffsets.set(name, offset);
      }
    },
  });
  return problems;
}

function reserved(path: Path, position: Position): YamlProblem {
  return {
    code: "setting_unknown",
    path,
    reason: "A key can't be called `__proto__`.",
    remedy: "Use another name, or remove the key.",
    ...position,
  };
}

function duplicate(path: Path, position: Position, first: Position): YamlProblem {
  return {
    code: "setting_duplicate",
    path,
    reason: `This key already exists on line ${first.line}.`,
    remedy: "Keep one of the two.",
    ...position,
  };
}

function pathOf(ancestors: readonly unknown[]): Path {
  return ancestors.filter((node) => isPair(node)).map(({ key }) => nameOf(key));
}

function offsetOf(document: Document, { path, part }: { path: Path; part: "key" | "value" }): number {
  let node: unknown = document.contents;
  let offset = startOf(node);
  for (const [index, step] of path.entries()) {
    if (isAlias(node)) node = node.resolve(document);
    if (isSeq(node)) {
      node = node.items[Number(step)];
      offset = startOf(node);
    } else if (isMap(node)) {
      const pair = node.items.find(({ key }) => nameOf(key) === String(step));
      if (!pair) return offset;
      const isLast = index === path.length - 1;
      offset = startOf(isEmpty(pair.value) || (isLast && part === "key") ? pair.key : pair.value);
      node = pair.value;
    } else return offset;
  }
  return offset;
}

function startOf(node: unknown): number {
  return (node as Node | null)?.range?.[0] ?? 0;
}

function isEmpty(value: unknown): boolean {
  return value === null || (isScalar(value) && value.value === null && !value.source);
}

/** The name of a key in the parsed data. A list or a map as a key gets a name that no setting has. */
function nameOf(key: unknown): string {
  const value: unknown = isScalar(key) ? key.value : null;
  return typeof value === "string" ? value : JSON.stringify(value ?? "");
}
