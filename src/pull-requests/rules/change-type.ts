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
const BY_WORD: Readonly<Record<string, ChangeType>> = {
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
};

const DOCUMENT = /(?:^|\/)(?:docs?|documentation)\/|\.(?:md|mdx|rst|adoc|txt)$/i;
const TEST = /(?:^|\/)(?:tests?|__tests__|spec|e2e)\/|[._-](?:test|spec)\.\w+$|(?:^|\/)test_[^/]+\.py$/i;
const DEPENDENCY =
  /(?:^|\/)(?:package(?:-lock)?\.json|npm-shrinkwrap\.json|yarn\.lock|pnpm-lock\.yaml|bun\.lockb?|requirements[^/]*\.txt|Pipfile(?:\.lock)?|poetry\.lock|uv\.lock|pyproject\.toml|go\.(?:mod|sum)|Cargo\.(?:toml|lock)|Gemfile(?:\.lock)?|composer\.(?:json|lock)|pom\.xml|build\.gradle(?:\.kts)?|gradle\.lockfile)$/;

export interface ChangeTypeDecision {
  readonly type: ChangeType;
  readonly because: string;
}

/**
 * What kind of change a branch is. The files decide where they leave no doubt: a change of documents alone is
 * one of documentation, whatever it calls itself. Then what the agent said, then the commits' own prefixes.
 */
export function changeType(facts: {
  readonly claimed: string | undefined;
  readonly title: string | undefined;
  readonly subjects: readonly string[];
  readonly files: readonly Pick<ChangedFile, "path">[];
}): ChangeTypeDecision {
  const paths = facts.files.map(({ path }) => path);
  if (all(paths, DEPENDENCY)) return { type: "dependencies", because: "it changes dependency files only" };
  if (all(paths, DOCUMENT)) return { type: "docs", because: "it changes documents only" };
  if (all(paths, TEST)) return { type: "test", because: "it changes tests only" };
  const claimed = BY_WORD[facts.claimed?.toLowerCase() ?? ""];
  if (claimed) return { type: claimed, because: `the agent calls it ${claimed}` };
  const said = [facts.title ?? "", ...facts.subjects]
    .map(conventionalType)
    .find((type) => type !== undefined);
  if (said) return { type: said, because: "its title or a commit says so" };
  return { type: "chore", because: "nothing says what kind of change it is" };
}

function all(paths: readonly string[], pattern: RegExp): boolean {
  return paths.length > 0 && paths.every((path) => pattern.test(path));
}

function conventionalType(subject: string): ChangeType | undefined {
  const word = /^(\w+)(?:\([^)]*\))?!?:/.exec(subject)?.[1];
  return word === undefined ? undefined : BY_WORD[word.toLowerCase()];
}
