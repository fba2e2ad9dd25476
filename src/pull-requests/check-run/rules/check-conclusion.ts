import type { Refusal } from "../../../errors.ts";
import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { RepositorySettings } from "../../../repository-settings/settings.ts";
import { namesOf } from "../../observe/rules/edges-of-checks.ts";
import {
  knownVerdict,
  type Seen,
  type SeenChecks,
  type SeenMergeability,
  type SeenReviews,
} from "../../record/rules/seen.ts";
import { shortSha } from "../../../text/short-sha.ts";
import { isReady, siblingsVerdict } from "../../change-set/rules/siblings.ts";

const SIBLINGS_SHOWN = 10;

export interface CheckFacts {
  readonly seen: Pick<Seen, "lifecycle" | "checks" | "review" | "mergeability" | "base">;
  readonly settings: Pick<RepositorySettings, "siblings">;
  readonly siblings: readonly Sibling[];
  /** Why the pull request is on hold; `null` if it is not. */
  readonly hold: string | null;
  /** What blocks the bot itself, such as a loop that it broke. */
  readonly problem: Refusal | null;
}

/** What the check run `orb` says about a pull request. */
export interface CheckTruth {
  /** `null`: still in progress, because it waits for the others of a change set. */
  readonly conclusion: "success" | "neutral" | "action_required" | null;
  /** Our own words. */
  readonly title: string;
  /** Plain sentences, bounded. They contain names from other people, so they must be sanitised. */
  readonly lines: readonly string[];
}

type Headline = Pick<CheckTruth, "conclusion" | "title">;

/**
 * The state of a pull request and what it waits for. It blocks a merge, by `action_required` or by being in progress, only
 * if the bot itself needs help or the settings make it wait for the others of a change set. Checks, reviews and conflicts
 * do not, because GitHub itself reports that they block.
 */
export function checkConclusion(facts: CheckFacts): CheckTruth {
  const { seen, siblings, hold, problem } = facts;
  return {
    ...headline(facts),
    lines: [
      ...(problem ? [`${problem.reason} ${problem.remedy}`] : []),
      ...(hold === null ? [] : [`On hold: ${hold}`]),
      checksLine(seen.checks),
      ...reviewLines(seen.review),
      ...mergeLines(seen.mergeability, seen.base),
      ...siblingLines(siblings),
    ],
  };
}

function headline({ seen, settings, siblings, hold, problem }: CheckFacts): Headline {
  const { lifecycle, checks, review, mergeability } = seen;
  const neutral = (title: string): Headline => ({ conclusion: "neutral", title });
  if (lifecycle === "merged") return neutral("Merged");
  if (lifecycle === "closed") return neutral("Closed without merging");
  if (problem) return { conclusion: "action_required", title: "The bot needs help" };
  const others = siblingsVerdict(siblings, settings.siblings);
  if (others === "gone") {
    return { conclusion: "action_required", title: "Another pull request of this change was closed" };
  }
  if (mergeability.value === "conflicting") return waiting("Conflicts with its base branch", others);
  if (checks.verdict === "failed") return waiting("Checks failed", others);
  if (review.verdict === "changes_requested") return waiting("Changes requested", others);
  if (checks.verdict === "pending") return waiting("Waiting for checks", others);
  if (knownVerdict(checks) === null) return waiting("Checks can't be read", others);
  if (hold !== null) return waiting("On hold", others);
  if (lifecycle === "draft") return waiting("Still a draft", others);
  if (review.verdict === "required") return waiting("Waiting for a review", others);
  if (others === "wait") return waiting("Waiting for the other pull requests of this change", others);
  return { conclusion: "success", title: "Nothing blocks merging" };
}

function waiting(title: string, others: "no_wait" | "wait"): Headline {
  return { conclusion: others === "wait" ? null : "neutral", title };
}

function checksLine(checks: SeenChecks): string {
  if (knownVerdict(checks) === null) return "The bot has no permission to read checks here.";
  return checks.unread ? `${readLine(checks)} The bot can't read the others.` : readLine(checks);
}

function readLine({ verdict, headSha, failed, pending }: SeenChecks): string {
  const head = shortSha(headSha);
  const open = `${pending} ${pending === 1 ? "check is" : "checks are"} still running`;
  switch (verdict) {
    case "none":
      return `No checks have run on ${head}.`;
    case "passed":
      return `All checks passed on ${head}.`;
    case "failed":
      return `${namesOf(failed)} failed on ${head}.`;
    case "pending":
      return failed.length === 0
        ? `${open} on ${head}.`
        : `${namesOf(failed)} failed on ${head}, and ${open}.`;
    default:
      return verdict satisfies never;
  }
}

function reviewLines({ verdict, approvals, changesRequested }: SeenReviews): string[] {
  const people = (reviews: SeenReviews["approvals"]) =>
    namesOf(reviews.map(({ author }) => ({ name: author ?? "a deleted account" })));
  return [
    ...(changesRequested.length > 0 ? [`Changes requested by ${people(changesRequested)}.`] : []),
    ...(approvals.length > 0 ? [`Approved by ${people(approvals)}.`] : []),
    ...(verdict === "required" ? ["The base branch requires a review that is still missing."] : []),
  ];
}

function mergeLines({ value, stale, cause }: SeenMergeability, base: string): string[] {
  if (value !== "conflicting") return [];
  const since = cause?.pullRequest ? ` since #${cause.pullRequest} was merged` : "";
  const again = stale ? " GitHub is checking this again." : "";
  return [`It conflicts with ${base}${since}.${again}`];
}

function siblingLines(siblings: readonly Sibling[]): string[] {
  const more = siblings.length - SIBLINGS_SHOWN;
  return [
    ...siblings.slice(0, SIBLINGS_SHOWN).map(siblingLine),
    ...(more > 0 ? [`This change has ${more} more pull requests.`] : []),
  ];
}

function siblingLine(sibling: Sibling): string {
  const { repository, number, state } = sibling;
  const name =
    repository === null
      ? "A pull request in a private repository"
      : `${repository}${number ? `#${number}` : ""}`;
  switch (state) {
    case "expected":
      return `${name} is not open yet.`;
    case "stuck":
      return `${name} could not be opened.`;
    case "merged":
      return `${name} is merged.`;
    case "closed":
      return `${name} was closed without merging.`;
    case "draft":
      return `${name} is a draft.`;
    case "open":
      return `${name} ${isReady(sibling) ? "can be merged" : "is waiting for checks or reviews"}.`;
    default:
      return state satisfies never;
  }
}
