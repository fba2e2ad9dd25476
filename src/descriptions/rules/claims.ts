import type { CheckState } from "../../github/facts/branch-rules.ts";
import type { Completion } from "../../signals/signal.ts";

export type Claim = NonNullable<Completion["claims"]>[number];

/** What the checks on the head commit say of a claim, and which of them. */
export interface Evidence {
  readonly state: "confirmed" | "contradicted" | "running" | "inconclusive" | "none";
  readonly checks: readonly string[];
}

/** Words in a check's name that make it speak of a kind of claim. */
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
/** Names that say nothing of what is checked: they speak of all kinds, where no other check speaks of one. */
const WHOLE = words("ci check checks verify validate all pipeline main workflow");

const NAME_CHARACTERS_MAX = 200;
/** Ends that decide nothing: whoever stopped a check did not find out whether it would have passed. */
const UNDECIDED = new Set(["cancelled", "stale", "action_required", "startup_failure", "skipped", "neutral"]);

/**
 * Whether the checks on the head commit bear out what an agent claims. A check speaks of a claim by the words of
 * its name. One that was skipped, or that ended neutral, passes for GitHub and proves nothing.
 */
export function evidenceFor(kind: Claim["kind"], checks: readonly CheckState[]): Evidence {
  const speaking = checks.filter(({ name }) => hasWordOf(name, WORDS[kind]));
  const asked = speaking.length > 0 || kind === "other" ? speaking : checks.filter(isWhole);
  const named = (verdict: Verdict) =>
    asked.filter((check) => verdictOf(check) === verdict).map(({ name }) => name);
  for (const [verdict, state] of BY_WEIGHT) {
    if (named(verdict).length > 0) return { state, checks: named(verdict) };
  }
  return { state: "none", checks: [] };
}

type Verdict = "passed" | "failed" | "pending" | "undecided";

/** One that failed outweighs all that passed, and one that is not over leaves it open. */
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

function isWhole({ name }: CheckState): boolean {
  return hasWordOf(name, WHOLE);
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
