import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { ChecksVerdict, Lifecycle, ReviewVerdict } from "../../record/rules/seen.ts";

/** A pull request of the project, or one that will be opened. */
export interface ChangeSetMember {
  /** The id of the record. */
  readonly id: string;
  readonly repository: string;
  /** Whether its repository is; `null` if that is not known. Then public pull requests do not name it. */
  readonly private: boolean | null;
  /** `null` if it is not open yet. */
  readonly number: number | null;
  readonly status: Lifecycle | "queued" | "blocked" | "failed";
  /** `null` before the first look, or if GitHub refuses to show them. */
  readonly checks: ChecksVerdict | null;
  readonly review: ReviewVerdict | null;
  /** It was never open, and nothing is known to keep it from being opened soon. */
  readonly opening: boolean;
  /** When that last changed which the descriptions of the others show of it; `null` if that is not known. */
  readonly shownSince: Date | null;
}

/**
 * The others of a change set, in the order of their repositories. A closed one is left out if its repository has another
 * one.
 *
 * @param own the record whose description is written, and whether its repository is private
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
    .map((member) => toSibling(member, own.private || member.private === false));
}

/**
 * Whether the check run `orb` waits for the others, so that none of a change set is merged alone: it waits until each is merged
 * or could be merged by its own checks and reviews. The check runs `orb` themselves do not count, so that no two wait
 * for each other.
 *
 * @returns `gone` if one of them was closed unmerged, so that waiting would never end
 */
export function siblingsVerdict(
  siblings: readonly Sibling[],
  setting: "link" | "wait",
): "no_wait" | "wait" | "gone" {
  if (setting === "link") return "no_wait";
  if (siblings.some(({ state }) => state === "closed")) return "gone";
  return siblings.every(isReady) ? "no_wait" : "wait";
}

/** Merged, or ready to be. */
export function isReady({ state, checks, review }: Pick<Sibling, "state" | "checks" | "review">): boolean {
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

/** GitHub ignores case in names of repositories. */
function repositoryOf({ repository }: ChangeSetMember): string {
  return repository.toLowerCase();
}

function byPlace(one: ChangeSetMember, other: ChangeSetMember): number {
  const [a, b] = [repositoryOf(one), repositoryOf(other)];
  if (a !== b) return a < b ? -1 : 1;
  return (one.number ?? Number.POSITIVE_INFINITY) - (other.number ?? Number.POSITIVE_INFINITY) || 0;
}
