import type { CheckState } from "../../../github/facts/branch-rules.ts";
import type { Completion } from "../../../signals/signal.ts";

export type Claim = NonNullable<Completion["claims"]>[number];

/** What the checks on the head commit say about a claim, and which checks say it. */
export interface Evidence {
  readonly state: "confirmed" | "contradicted" | "running" | "inconclusive" | "none";
  readonly checks: readonly string[];
}

/** Words in a check's name that show which kind of claim it covers. */
const WORDS: Readonly<Record<Claim["kind"], ReadonlySet<string>>> = {
  tests: words(
    "test tests testing unittest unittests unit integration e2e spec specs jest vitest mocha ava karma cypress " +
      "playwright pytest tox nox rspec minitest phpunit junit surefire gotest ctest nextest",
  ),
  build: words(
    "build builds compile compilation type types typecheck typechecking typescript tsc mypy pyright bundle " +
      "webpack vite package docker image",
  ),
  lint: words(
    "lint linter linting linters eslint oxlint biome prettier format formatting fmt oxfmt rustfmt gofmt style " +
      "stylelint ruff flake8 pylint black isort rubocop golangci clippy checkstyle ktlint",
  ),
  other: new Set(),
};
/** Names that do not say what is checked. They count for every kind that no other check covers. */
const GENERAL_WORDS = words("ci check checks verify validate all pipeline main workflow");

const NAME_CHARACTERS_MAX = 200;
/** Conclusions that prove nothing: a check that was stopped might have passed or failed. */
const UNDECIDED = new Set(["cancelled", "stale", "action_required", "startup_failure", "skipped", "neutral"]);

/**
 * Whether the checks on the head commit confirm what an agent claims. The words in a check's name decide which
 * claims it covers. GitHub counts a skipped or neutral check as passed, but it proves nothing.
 */
export function evidenceFor(kind: Claim["kind"], checks: readonly CheckState[]): Evidence {
  const specific = checks.filter(({ name }) => hasWordOf(name, WORDS[kind]));
  const covering = specific.length > 0 || kind === "other" ? specific : checks.filter(isGeneral);
  const namesWith = (verdict: Verdict) =>
    covering.filter((check) => verdictOf(check) === verdict).map(({ name }) => name);
  for (const [verdict, state] of BY_WEIGHT) {
    if (namesWith(verdict).length > 0) return { state, checks: namesWith(verdict) };
  }
  return { state: "none", checks: [] };
}

type Verdict = "passed" | "failed" | "pending" | "undecided";

/** One failed check outweighs all that passed; while one is running, the claim stays open. */
const BY_WEIGHT: readonly (readonly [Verdict, Evidence["state"]])[] = [
  ["failed", "contradicted"],
  ["pending", "running"],
  ["undecided", "inconclusive"],
  ["passed", "confirmed"],
];

function verdictOf({ state, conclusion }: CheckState): Verdict {
  if (state === "pending") return "pending";
  return conclusion !== null && UNDECIDED.has(conclusion) ? "undecided" : state;
}

function isGeneral({ name }: CheckState): boolean {
  return hasWordOf(name, GENERAL_WORDS);
}

function hasWordOf(name: string, known: ReadonlySet<string>): boolean {
  const parts = name.slice(0, NAME_CHARACTERS_MAX).replaceAll(/(?<=[a-z])(?=[A-Z])/g, " ");
  return parts
    .toLowerCase()
    .split(/[^a-z0-9]+/)
    .some((word) => known.has(word));
}

function words(text: string): ReadonlySet<string> {
  return new Set(text.split(" "));
}
