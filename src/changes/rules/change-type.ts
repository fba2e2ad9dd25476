import type { ClassifiedFile, FileKind } from "./file-kinds.ts";
import { isDependencyList } from "./file-kinds.ts";

export const CHANGE_TYPES = [
  "feature",
  "fix",
  "docs",
  "refactor",
  "test",
  "chore",
  "dependencies",
  "performance",
  "security",
] as const;
export type ChangeType = (typeof CHANGE_TYPES)[number];

// The types of https://www.conventionalcommits.org and the words that agents use for them.
const BY_WORD = new Map<string, ChangeType>(
  Object.entries({
    feat: "feature",
    feature: "feature",
    enhancement: "feature",
    fix: "fix",
    bug: "fix",
    bugfix: "fix",
    docs: "docs",
    doc: "docs",
    documentation: "docs",
    refactor: "refactor",
    style: "refactor",
    test: "test",
    tests: "test",
    chore: "chore",
    build: "chore",
    ci: "chore",
    deps: "dependencies",
    dependencies: "dependencies",
    dependency: "dependencies",
    perf: "performance",
    performance: "performance",
    security: "security",
  }),
);

// If commits have different types, the one that matters most to users wins.
const BY_WEIGHT: readonly ChangeType[] = [
  "security",
  "feature",
  "fix",
  "performance",
  "refactor",
  "dependencies",
  "docs",
  "test",
  "chore",
];

/** Kinds of files that a change of the type can't touch. Generated and vendored files do not count. */
const EXCLUDED_KINDS: Partial<Record<ChangeType, readonly FileKind[]>> = {
  docs: ["source", "migration", "api", "dependencies"],
  test: ["source", "migration", "api"],
  dependencies: ["source", "migration", "api"],
};

const KIND_WORDS: Record<FileKind, string> = {
  source: "source code",
  test: "tests",
  docs: "documents",
  dependencies: "dependencies",
  migration: "migrations",
  api: "API definitions",
  ci: "CI workflows",
  config: "configuration",
  asset: "assets",
};

type TypedFile = Pick<ClassifiedFile, "path" | "kind" | "generated" | "vendored">;

export interface ChangeTypeFacts {
  /** The type that the agent gives, unchanged. */
  readonly claimed: string | undefined;
  readonly title: string | undefined;
  /** First lines of the commits' messages. */
  readonly subjects: readonly string[];
  readonly files: readonly TypedFile[];
  /** There are more files than `files` holds, so no rule about all files applies. */
  readonly filesTruncated: boolean;
}

export interface ChangeTypeDecision {
  readonly type: ChangeType;
  /** For people: "Labelled fix because …". */
  readonly because: string;
  /** If the agent says another type: a sentence that names both. */
  readonly disagreement: string | null;
}

/**
 * Decides the type of a change. Clear files decide first: a change of only documents is documentation, no matter what
 * it is called. Next comes the type from the agent, then the prefix of the title, then the most important prefix of
 * the commits. Each of these is ignored if the files contradict it.
 */
export function changeType(facts: ChangeTypeFacts): ChangeTypeDecision {
  const claimed = claimedType(facts.claimed);
  const { type, reason } = byFiles(facts) ?? byWords(claimed, facts);
  const because = reason === null ? UNKNOWN_TYPE : `Labelled ${type} because ${reason}`;
  if (!claimed || claimed === type) return { type, because, disagreement: null };
  const excluded = excludedKind(claimed, facts.files);
  const evidence = excluded ? `it also changes ${KIND_WORDS[excluded]}` : reason;
  return { type, because, disagreement: `The agent calls it ${claimed}, but ${evidence}.` };
}

/** The type that an agent's word for it means; `null` if it means none. */
export function claimedType(word: string | undefined): ChangeType | null {
  return BY_WORD.get((word ?? "").toLowerCase()) ?? null;
}

/** Whether the title or a commit is marked as a breaking change, https://www.conventionalcommits.org. */
export function isBreaking({ title, subjects }: Pick<ChangeTypeFacts, "title" | "subjects">): boolean {
  return [title ?? "", ...subjects].some(
    (line) => prefixOf(line)?.breaking === true || /^BREAKING[ -]CHANGE:/.test(line),
  );
}

interface Evidence {
  readonly type: ChangeType;
  /** A clause, such as "only tests change"; `null` if nothing shows the type. */
  readonly reason: string | null;
}

const UNKNOWN_TYPE = "Labelled chore: neither the title nor the files say more";
const DEPENDENCIES_ONLY = { type: "dependencies", reason: "only dependency files change" } as const;

function byFiles({ files, filesTruncated }: ChangeTypeFacts): Evidence | null {
  if (files.length === 0 || filesTruncated) return null;
  const only = (...kinds: readonly FileKind[]) => files.every(({ kind }) => kinds.includes(kind));
  if (isDependenciesOnly(files) && files.some(({ path }) => isDependencyList(path))) return DEPENDENCIES_ONLY;
  if (only("docs")) return { type: "docs", reason: "only documents change" };
  if (only("test")) return { type: "test", reason: "only tests change" };
  if (only("ci")) return { type: "chore", reason: "only CI workflows change" };
  if (only("ci", "config")) return { type: "chore", reason: "only configuration changes" };
  return null;
}

function byWords(claimed: ChangeType | null, facts: ChangeTypeFacts): Evidence {
  const { title, subjects, files, filesTruncated } = facts;
  const believable = (type: ChangeType | null | undefined) =>
    type && excludedKind(type, files) === null ? type : undefined;
  if (claimed && believable(claimed)) return { type: claimed, reason: "the signal says so" };
  const inTitle = believable(prefixOf(title ?? "")?.type);
  const inCommits = new Set(subjects.map((subject) => believable(prefixOf(subject)?.type)));
  const named = inTitle ?? BY_WEIGHT.find((type) => inCommits.has(type));
  if (named) return { type: named, reason: "the title or a commit says so" };
  if (isDependenciesOnly(files) && !filesTruncated) return DEPENDENCIES_ONLY;
  return { type: "chore", reason: null };
}

/** Vendored files count as dependencies. */
function isDependenciesOnly(files: readonly TypedFile[]): boolean {
  return files.length > 0 && files.every(({ kind, vendored }) => kind === "dependencies" || vendored);
}

function excludedKind(type: ChangeType, files: readonly TypedFile[]): FileKind | null {
  const kinds = EXCLUDED_KINDS[type] ?? [];
  const byHand = files.filter(({ generated, vendored }) => !generated && !vendored);
  return kinds.find((kind) => byHand.some((file) => file.kind === kind)) ?? null;
}

function prefixOf(line: string): { type: ChangeType | null; breaking: boolean } | null {
  const [prefix, word = "", mark] = /^(\w{1,40})(?:\([^)]{0,200}\))?(!)?:/.exec(line) ?? [];
  return prefix === undefined ? null : { type: claimedType(word), breaking: mark !== undefined };
}
