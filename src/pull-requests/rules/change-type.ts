import type { ChangedFile } from "../../github/comparison.ts";

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

// A `.txt` may be anything, from CMakeLists.txt to robots.txt; so only those with a document's name count.
const DOCUMENT =
  /(?:^|\/)(?:docs?|documentation)\/|\.(?:md|mdx|rst|adoc)$|(?:^|\/)(?:readme|licen[cs]e|changelog|contributing|authors|notice)(?:\.txt)?$/i;
const TEST = /(?:^|\/)(?:tests?|__tests__|spec|e2e)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]+\.py$/i;
const LOCK_FILE =
  /(?:^|\/)(?:package-lock\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|requirements[^/]*\.txt|Pipfile\.lock|poetry\.lock|uv\.lock|go\.(?:mod|sum)|Cargo\.lock|Gemfile\.lock|composer\.lock|gradle\.lockfile)$/;
// They hold other settings too, so alone they leave a doubt.
const MANIFEST =
  /(?:^|\/)(?:package\.json|Pipfile|pyproject\.toml|Cargo\.toml|Gemfile|composer\.json|pom\.xml|build\.gradle(?:\.kts)?)$/;

export interface ChangeTypeDecision {
  readonly type: ChangeType;
  readonly because: string;
}

/**
 * What kind of change a branch is. The files decide where they leave no doubt: a change of documents alone is
 * one of documentation, whatever it calls itself. Then what the agent said, then the prefix of the title, then the
 * weightiest of the commits' prefixes.
 */
export function changeType(facts: {
  readonly claimed: string | undefined;
  readonly title: string | undefined;
  readonly subjects: readonly string[];
  readonly files: readonly Pick<ChangedFile, "path">[];
}): ChangeTypeDecision {
  const paths = facts.files.map(({ path }) => path);
  const dependencies = all(paths, (path) => LOCK_FILE.test(path) || MANIFEST.test(path));
  if (dependencies && paths.some((path) => LOCK_FILE.test(path))) return DEPENDENCIES_ONLY;
  if (all(paths, (path) => DOCUMENT.test(path)))
    return { type: "docs", because: "it changes documents only" };
  if (all(paths, (path) => TEST.test(path))) return { type: "test", because: "it changes tests only" };
  const claimed = BY_WORD.get(facts.claimed?.toLowerCase() ?? "");
  if (claimed) return { type: claimed, because: `the agent calls it ${claimed}` };
  const said = conventionalType(facts.title ?? "") ?? weightiest(facts.subjects.map(conventionalType));
  if (said) return { type: said, because: "its title or a commit says so" };
  if (dependencies) return DEPENDENCIES_ONLY;
  return { type: "chore", because: "nothing says what kind of change it is" };
}

const DEPENDENCIES_ONLY = { type: "dependencies", because: "it changes dependency files only" } as const;

function all(paths: readonly string[], fits: (path: string) => boolean): boolean {
  return paths.length > 0 && paths.every(fits);
}

function weightiest(types: readonly (ChangeType | undefined)[]): ChangeType | undefined {
  return BY_WEIGHT.find((type) => types.includes(type));
}

function conventionalType(subject: string): ChangeType | undefined {
  const word = /^(\w+)(?:\([^)]*\))?!?:/.exec(subject)?.[1];
  return word === undefined ? undefined : BY_WORD.get(word.toLowerCase());
}
