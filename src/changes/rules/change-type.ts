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

// Of several commits, the one that matters most to users names the whole.
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

/** What an honest change of the type does not touch; a file that nobody writes by hand speaks against nothing. */
const SPEAKS_AGAINST: Partial<Record<ChangeType, readonly FileKind[]>> = {
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
  /** The agent's own word, as it came. */
  readonly claimed: string | undefined;
  readonly title: string | undefined;
  /** First lines of the commits' messages. */
  readonly subjects: readonly string[];
  readonly files: readonly TypedFile[];
  /** There are more files than `files` holds, so nothing can be said of all of them. */
  readonly filesTruncated: boolean;
}

export interface ChangeTypeDecision {
  readonly type: ChangeType;
  readonly because: string;
  /** Where the agent calls it something else: a sentence that names both. */
  readonly disagreement: string | null;
}

/**
 * What kind of change a branch is. The files decide where they leave no doubt: a change of documents alone is
 * one of documentation, whatever it calls itself. Then what the agent said, then the prefix of the title, then the
 * weightiest of the commits' prefixes; none of these is believed where the files speak against it.
 */
export function changeType(facts: ChangeTypeFacts): ChangeTypeDecision {
  const claimed = typeOf(facts.claimed ?? "");
  const { type, because } = byFiles(facts) ?? bySpeech(claimed, facts);
  if (!claimed || claimed === type) return { type, because, disagreement: null };
  const against = speaksAgainst(claimed, facts.files);
  const shown = against ? `it changes ${KIND_WORDS[against]} too` : because;
  return { type, because, disagreement: `The agent calls it ${claimed}, but ${shown}.` };
}

/** Whether the title or a commit is marked as a breaking change, https://www.conventionalcommits.org. */
export function isBreaking({ title, subjects }: Pick<ChangeTypeFacts, "title" | "subjects">): boolean {
  return [title ?? "", ...subjects].some(
    (line) => prefixOf(line)?.breaking === true || /^BREAKING[ -]CHANGE:/.test(line),
  );
}

type Evidence = Pick<ChangeTypeDecision, "type" | "because">;

const DEPENDENCIES_ONLY = { type: "dependencies", because: "it changes dependency files only" } as const;

function byFiles({ files, filesTruncated }: ChangeTypeFacts): Evidence | null {
  if (files.length === 0 || filesTruncated) return null;
  const only = (...kinds: readonly FileKind[]) => files.every(({ kind }) => kinds.includes(kind));
  if (isDependenciesOnly(files) && files.some(({ path }) => isDependencyList(path))) return DEPENDENCIES_ONLY;
  if (only("docs")) return { type: "docs", because: "it changes documents only" };
  if (only("test")) return { type: "test", because: "it changes tests only" };
  if (only("ci")) return { type: "chore", because: "it changes CI workflows only" };
  if (only("ci", "config")) return { type: "chore", because: "it changes configuration only" };
  return null;
}

function bySpeech(claimed: ChangeType | undefined, facts: ChangeTypeFacts): Evidence {
  const { title, subjects, files, filesTruncated } = facts;
  const believable = (type: ChangeType | undefined) =>
    type !== undefined && speaksAgainst(type, files) === null ? type : undefined;
  if (claimed && believable(claimed)) return { type: claimed, because: `the agent calls it ${claimed}` };
  const inTitle = believable(prefixOf(title ?? "")?.type);
  const inCommits = new Set(subjects.map((subject) => believable(prefixOf(subject)?.type)));
  const said = inTitle ?? BY_WEIGHT.find((type) => inCommits.has(type));
  if (said) return { type: said, because: "its title or a commit says so" };
  if (isDependenciesOnly(files) && !filesTruncated) return DEPENDENCIES_ONLY;
  return { type: "chore", because: "nothing says what kind of change it is" };
}

/** Vendored files come with the dependencies that they are. */
function isDependenciesOnly(files: readonly TypedFile[]): boolean {
  return files.length > 0 && files.every(({ kind, vendored }) => kind === "dependencies" || vendored);
}

function speaksAgainst(type: ChangeType, files: readonly TypedFile[]): FileKind | null {
  const kinds = SPEAKS_AGAINST[type] ?? [];
  const byHand = files.filter(({ generated, vendored }) => !generated && !vendored);
  return kinds.find((kind) => byHand.some((file) => file.kind === kind)) ?? null;
}

function typeOf(word: string): ChangeType | undefined {
  return BY_WORD.get(word.toLowerCase());
}

function prefixOf(line: string): { type: ChangeType | undefined; breaking: boolean } | null {
  const [prefix, word = "", mark] = /^(\w{1,40})(?:\([^)]{0,200}\))?(!)?:/.exec(line) ?? [];
  return prefix === undefined ? null : { type: typeOf(word), breaking: mark !== undefined };
}
