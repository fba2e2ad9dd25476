import { type Document, isNode, isScalar, LineCounter, parseDocument, visit } from "yaml";
import { z } from "zod";
import type { Refusal } from "../../errors.ts";
import { type BranchTest, compileBranchPattern } from "./branch-pattern.ts";
import { compileGlob, countAlternatives, type PathTest } from "./globs.ts";

const TEXT_CHARACTERS_MAX = 200_000;
const LABELS_MAX = 200;
/** In the whole file; `{a,b}` counts twice. */
const PATTERNS_MAX = 2_000;
const PATTERN_CHARACTERS_MAX = 300;
const LIMITS = new Set(["max-files-changed", "changed-files-labels-limit"]);

/** How globs and files can be combined. */
const MATCHES = [
  "any-glob-to-any-file",
  "any-glob-to-all-files",
  "all-globs-to-any-file",
  "all-globs-to-all-files",
] as const;

export interface FileCondition {
  /** The first half is about the globs, the second about the files. */
  readonly match: (typeof MATCHES)[number];
  readonly globs: readonly PathTest[];
}

export interface LabelerCondition {
  readonly files: readonly FileCondition[];
  readonly head: readonly BranchTest[];
  readonly base: readonly BranchTest[];
}

/** If `every`, all parts of the conditions must hold, else one of them. */
export interface LabelerGroup {
  readonly every: boolean;
  readonly conditions: readonly LabelerCondition[];
}

/** The label is given if all groups hold. */
export interface LabelerRule {
  readonly label: string;
  readonly groups: readonly LabelerGroup[];
}

export interface Labeler {
  readonly rules: readonly LabelerRule[];
  /** With more changed files than this, labels that depend on files are left out. */
  readonly filesMax: number;
  /** With more labels that depend on files than this, those are left out. */
  readonly fileLabelsMax: number;
  readonly problems: readonly Refusal[];
}

const limit = z
  .union([
    z.number().int().min(0),
    z
      .string()
      .regex(/^\d{1,9}$/)
      .transform(Number),
  ])
  .default(Infinity);
const limits = z.object({ "max-files-changed": limit, "changed-files-labels-limit": limit });
const pattern = z.string().max(PATTERN_CHARACTERS_MAX);
const patterns = z.union([pattern.transform((one) => [one]), z.array(pattern)]);
const fileMatch = z.union([
  patterns.transform((globs) => ({ "any-glob-to-any-file": globs })),
  z.strictObject({
    "any-glob-to-any-file": patterns.optional(),
    "any-glob-to-all-files": patterns.optional(),
    "all-globs-to-any-file": patterns.optional(),
    "all-globs-to-all-files": patterns.optional(),
  }),
]);
const condition = z.object({
  "changed-files": z.union([z.array(fileMatch), fileMatch.transform((match) => [match])]).default([]),
  "head-branch": patterns.default([]),
  "base-branch": patterns.default([]),
});
const entry = condition.extend({ any: z.array(condition).optional(), all: z.array(condition).optional() });
const entries = z.array(entry.nullable());

type FileGlobs = Partial<Record<FileCondition["match"], string[] | undefined>>;
type ConditionText = z.infer<typeof condition>;

/**
 * Reads a `.github/labeler.yml` of https://github.com/actions/labeler, version 5 or 6, with all of its kinds of match.
 * It skips and reports what it can't read: globs with extended patterns such as `+(a|b)`, regular expressions that
 * RE2 does not know, the syntax of version 4, and everything beyond 200 labels or 2 000 patterns.
 */
export function readLabeler({ path, text }: { readonly path: string; readonly text: string }): Labeler {
  const lines = new LineCounter();
  const document = parseDocument(text.slice(0, TEXT_CHARACTERS_MAX), {
    lineCounter: lines,
    prettyErrors: false,
    // The library compares each key with all earlier keys: `twiceIn` takes time that grows with the text.
    uniqueKeys: false,
  });
  const at = (keys: readonly PropertyKey[]) => `line ${lineOf(document, lines, keys)} of ${path}`;
  const nothing = { rules: [], filesMax: Infinity, fileLabelsMax: Infinity };
  const failure = text.length > TEXT_CHARACTERS_MAX ? "the file is too large" : failureOf(document, lines);
  if (failure !== null) return { ...nothing, problems: [unreadable(path, failure)] };
  const root = z.record(z.string(), z.unknown()).safeParse(document.toJS() ?? {});
  if (!root.success) return { ...nothing, problems: [unreadable(path, "it is not a map of labels")] };
  const read = limits.safeParse(root.data);
  const { "max-files-changed": filesMax, "changed-files-labels-limit": fileLabelsMax } = read.data ?? {};
  const problems = read.success
    ? []
    : [unreadable(at(read.error.issues[0]?.path ?? []), "a limit is not a number")];
  const labels = Object.entries(root.data).filter(([name]) => !LIMITS.has(name));
  const budget = { patterns: PATTERNS_MAX };
  const rules = labels.slice(0, LABELS_MAX).map(([label, value]) => readRule(label, value, { at, budget }));
  if (labels.length > LABELS_MAX) problems.push(unreadable(path, `it has more than ${LABELS_MAX} labels`));
  return {
    rules: rules.flatMap((rule) => ("label" in rule && rule.groups.length > 0 ? [rule] : [])),
    filesMax: filesMax ?? Infinity,
    fileLabelsMax: fileLabelsMax ?? Infinity,
    problems: [...problems, ...rules.flatMap((rule) => ("code" in rule ? [rule] : []))],
  };
}

function readRule(
  label: string,
  value: unknown,
  { at, budget }: { at: (keys: readonly PropertyKey[]) => string; budget: { patterns: number } },
): LabelerRule | Refusal {
  const parsed = entries.safeParse(value);
  if (!parsed.success) {
    const [issue] = parsed.error.issues;
    return unreadable(at([label, ...(issue?.path ?? [])]), "it is not in the syntax of version 5");
  }
  const groups = groupsOf(parsed.data.filter((one) => one !== null));
  const texts = groups.flatMap(({ conditions }) => conditions.flatMap(patternsOf));
  const globs = groups.flatMap(({ conditions }) => conditions.flatMap(globsOf));
  budget.patterns -= texts.length + globs.reduce((sum, glob) => sum + countAlternatives(glob) - 1, 0);
  if (budget.patterns < 0) return unreadable(at([label]), `there are more than ${PATTERNS_MAX} patterns`);
  const refused: string[] = [];
  const compile = <T>(pattern: string, compiled: T | null): T[] => {
    if (compiled === null) refused.push(pattern);
    return compiled === null ? [] : [compiled];
  };
  const compiled = groups.map(({ every, conditions }) => ({
    every,
    conditions: conditions.map((one) => compileCondition(one, compile)),
  }));
  if (refused.length === 0) return { label, groups: compiled };
  return unreadable(at([label]), "it has a glob or a regular expression that the bot does not support");
}

/** Conditions outside any group belong to the first `any` group. */
function groupsOf(
  list: readonly z.infer<typeof entry>[],
): { every: boolean; conditions: readonly ConditionText[] }[] {
  const groups: { every: boolean; conditions: ConditionText[] }[] = [];
  for (const { any, all, ...bare } of list) {
    if (any) groups.push({ every: false, conditions: any });
    if (all) groups.push({ every: true, conditions: all });
    if (patternsOf(bare).length === 0) continue;
    const first = groups.find(({ every }) => !every);
    if (first) first.conditions.push(bare);
    else groups.push({ every: false, conditions: [bare] });
  }
  return groups;
}

function globsOf(text: ConditionText): readonly string[] {
  return text["changed-files"].flatMap((match) => Object.values(match).flatMap((list) => list ?? []));
}

function patternsOf(text: ConditionText): readonly string[] {
  return [...globsOf(text), ...text["head-branch"], ...text["base-branch"]];
}

function compileCondition(
  text: ConditionText,
  compile: <T>(pattern: string, compiled: T | null) => T[],
): LabelerCondition {
  const branches = (list: readonly string[]) =>
    list.flatMap((one) => compile(one, compileBranchPattern(one)));
  const files = text["changed-files"].flatMap((lists: FileGlobs) =>
    MATCHES.flatMap((match) => {
      const globs = lists[match];
      return globs ? [{ match, globs: globs.flatMap((one) => compile(one, compileGlob(one))) }] : [];
    }),
  );
  return { files, head: branches(text["head-branch"]), base: branches(text["base-branch"]) };
}

function failureOf(document: Document.Parsed, lines: LineCounter): string | null {
  const wrongAt = document.errors[0]?.pos[0] ?? twiceIn(document);
  if (wrongAt !== undefined) return `line ${Math.max(1, lines.linePos(wrongAt).line)} is not valid YAML`;
  try {
    document.toJS();
    return null;
  } catch {
    return "its aliases expand to too much"; // the yaml library limits this against "billion laughs" documents
  }
}

/** Where a map has a key for the second time, which YAML forbids; `undefined` if none does. */
function twiceIn(document: Document.Parsed): number | undefined {
  let at: number | undefined;
  visit(document, {
    Map(_key, map) {
      const known = new Set<unknown>();
      for (const { key } of map.items) {
        const name: unknown = isScalar(key) ? key.value : key;
        if (known.has(name)) {
          at = isNode(key) ? key.range?.[0] : 0;
          return visit.BREAK;
        }
        known.add(name);
      }
      return undefined;
    },
  });
  return at;
}

function lineOf(document: Document.Parsed, lines: LineCounter, keys: readonly PropertyKey[]): number {
  for (let length = keys.length; length > 0; length--) {
    const node = document.getIn(keys.slice(0, length), true);
    if (isNode(node) && node.range) return lines.linePos(node.range[0]).line;
  }
  return 1;
}

function unreadable(where: string, what: string): Refusal {
  return {
    code: "labeler_unreadable",
    reason: `The bot can't use ${where}: ${what}.`,
    remedy: "Fix it as described in https://github.com/actions/labeler. The next update sets the labels.",
  };
}
