import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { ChecksVerdict, Lifecycle, ReviewVerdict } from "../../record/rules/seen.ts";

/** A change set of more repositories is listed up to here. */
export const SIBLINGS_MAX = 50;

/** A pull request of the project, or one that is still to come. */
export interface ChangeSetMember {
  /** Of the record. */
  readonly id: string;
  readonly repository: string;
  /** Whether its repository is; `null` where that is not known: a public one does not name it then. */
  readonly private: boolean | null;
  /** `null` where it is not open yet. */
  readonly number: number | null;
  readonly status: Lifecycle | "queued" | "blocked" | "failed";
  /** `null` where nobody has looked yet. */
  readonly checks: ChecksVerdict | null;
  readonly review: ReviewVerdict | null;
}

/**
 * The others of a change set, in the order of their repositories; without those that were closed where their
 * repository has another by now.
 *
 * @param own the record that is written about, and whether its repository is private
 */
export function siblingsOf(
  members: readonly ChangeSetMember[],
  own: { readonly id: string; readonly private: boolean },
): Sibling[] {
  const live = new Set(members.filter(({ status }) => status !== "closed").map(repositoryOf));
  return members
    .filter((member) => member.id !== own.id)
    .filter((member) => member.status !== "closed" || !live.has(repositoryOf(member)))
    .toSorted(byPlace)
    .slice(0, SIBLINGS_MAX)
    .map((member) => toSibling(member, own.private || member.private === false));
}

/**
 * Whether the check run `orb` waits for the others, so that none of a change set is merged alone: until each is merged,
 * or could be as far as its own checks and reviews go. The check runs `orb` themselves do not count, so no two wait
 * for each other.
 *
 * @returns `gone` where one of them was closed unmerged, so that waiting for it has no end
 */
export function siblingsVerdict(
  siblings: readonly Sibling[],
  setting: "link" | "wait",
): "no_wait" | "wait" | "gone" {
  if (setting === "link") return "no_wait";
  if (siblings.some(({ state }) => state === "closed")) return "gone";
  return siblings.every(isReady) ? "no_wait" : "wait";
}

/** Merged, or could be. */
export function isReady({ state, checks, review }: Sibling): boolean {
  if (state === "merged") return true;
  const isChecked = checks === "passed" || checks === "none";
  return state === "open" && isChecked && (review === "none" || review === "approved");
}

function toSibling({ repository, number, status, checks, review }: ChangeSetMember, named: boolean): Sibling {
  const state = stateOf(status);
  return named
    ? { repository, number, state, checks, review }
    : { repository: null, number: null, state, checks, review };
}

function stateOf(status: ChangeSetMember["status"]): Sibling["state"] {
  switch (status) {
    case "queued":
      return "expected";
    case "blocked":
    case "failed":
      return "stuck";
    case "draft":
    case "open":
    case "merged":
    case "closed":
      return status;
    default:
      return status satisfies never;
  }
}

/** GitHub's names of repositories ignore case. */
function repositoryOf({ repository }: ChangeSetMember): string {
  return repository.toLowerCase();
}

function byPlace(one: ChangeSetMember, other: ChangeSetMember): number {
  const [a, b] = [repositoryOf(one), repositoryOf(other)];
  if (a !== b) return a < b ? -1 : 1;
  return (one.number ?? Number.POSITIVE_INFINITY) - (other.number ?? Number.POSITIVE_INFINITY) || 0;
}
