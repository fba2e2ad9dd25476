import type { ChangeAnalysis } from "../../../changes/rules/change-analysis.ts";
import type { ChangeType } from "../../../changes/rules/change-type.ts";

/** A list of kinds of change names the kind in its first words and then explains it. */
const KIND_WORDS_READ = 4;
const TEXT_CHARACTERS_READ = 400;
const CHANGELOG = /(?:^|\/)(?:changelog|changes|history|release[-_]notes)(?:\.\w+)?$/i;

const KINDS: Readonly<Record<ChangeType, readonly string[]>> = {
  feature: ["feature", "features", "enhancement", "feat"],
  fix: ["fix", "bug", "bugfix", "hotfix", "fixes"],
  docs: ["doc", "docs", "documentation"],
  refactor: ["refactor", "refactoring", "refactored"],
  test: ["test", "tests"],
  chore: ["chore", "maintenance", "build", "ci"],
  dependencies: ["dependency", "dependencies", "deps"],
  performance: ["performance", "perf", "optimization", "optimisation"],
  security: ["security"],
};
/** Only people can say whether a change is breaking, and a requirement is no kind of change. */
const NO_KIND = ["breaking", "requires", "required"];

/** Words of promises that only a person can make, or that a diff can't show. */
const PROMISES =
  "read agree manually manual hand locally local ran run runs pass passes passed passing cla dco sign signed signoff certify confirm confirmed reviewed review self-review self-reviewed license licence prove proves ensure ensures effective verified verify follow follows followed conduct understand breaking".split(
    " ",
  );
const DENIALS = "no not none n/a needed need needs unnecessary without don't doesn't isn't aren't".split(" ");
const DONE =
  "add adds added adding update updates updated change changes changed made make write written wrote new include includes included extend extended cover covers covered".split(
    " ",
  );
const TESTS = ["test", "tests", "spec", "specs"];
const DOCS = ["doc", "docs", "documentation", "readme", "documented"];

/** What the change itself proves. */
export interface BoxEvidence {
  readonly type: ChangeType;
  readonly tests: boolean;
  readonly docs: boolean;
  readonly changelog: boolean;
}

export function boxEvidence({ type, files }: Pick<ChangeAnalysis, "type" | "files">): BoxEvidence {
  const written = files.filter(({ status, generated }) => status !== "removed" && !generated);
  return {
    type,
    tests: written.some(({ kind }) => kind === "test"),
    docs: written.some(({ kind, path }) => kind === "docs" && !CHANGELOG.test(path)),
    changelog: written.some(({ path }) => CHANGELOG.test(path)),
  };
}

/** Which box in a list of kinds of change names the type that was found; `null` if none clearly does. */
export function kindBox(texts: readonly string[], { type }: BoxEvidence): number | null {
  const index = texts.findIndex((text) => {
    const words = wordsOf(text);
    return !has(words, NO_KIND) && has(words.slice(0, KIND_WORDS_READ), KINDS[type]);
  });
  return index === -1 ? null : index;
}

/** Whether a list offers kinds of change, so that only one box is ticked. */
export function isKindList(texts: readonly string[]): boolean {
  const kinds = Object.values(KINDS).filter((words) =>
    texts.some((text) => has(wordsOf(text).slice(0, KIND_WORDS_READ), words)),
  );
  return kinds.length >= 3 && texts.every((text) => !has(wordsOf(text), ["i", "i've", "we"]));
}

/** Whether the change proves what a box says. Promises, and what is denied or not needed, stay unticked. */
export function isProven(text: string, evidence: BoxEvidence): boolean {
  const words = wordsOf(text);
  if (has(words, PROMISES) || has(words, DENIALS) || !has(words, DONE)) return false;
  const about = [
    { named: has(words, TESTS), proven: evidence.tests },
    { named: has(words, DOCS), proven: evidence.docs },
    { named: has(words, ["changelog"]), proven: evidence.changelog },
  ].filter(({ named }) => named);
  return about.length > 0 && about.every(({ proven }) => proven);
}

function wordsOf(text: string): string[] {
  return text
    .slice(0, TEXT_CHARACTERS_READ)
    .toLowerCase()
    .replaceAll("’", "'")
    .split(/[^a-z'/-]+/)
    .filter((word) => word !== "");
}

function has(words: readonly string[], wanted: readonly string[]): boolean {
  return words.some((word) => wanted.includes(word));
}
