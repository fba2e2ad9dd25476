import type { Sibling } from "../../../descriptions/rules/description-facts.ts";
import type { ChecksVerdict, Lifecycle, ReviewVerdict } from "./seen.ts";

/** A pull request of the project, or one that is still to come. */
export interface ChangeSetMember {
  /** Of the record. */
  readonly id: string;
  readonly repository: string;
  /** `null` where it is not open yet. */
  readonly number: number | null;
  readonly url: string | null;
  readonly status: Lifecycle | "queued" | "blocked" | "failed";
  /** `null` where nobody has looked yet. */
  readonly checks: ChecksVerdict | null;
  readonly review: ReviewVerdict | null;
  /** Whether its repository is; `null` where that is not known: a public one does not name it then. */
  readonly private: boolean | null;
}

/**
 * The others of a change set, in the order of their repositories.
 *
 * @param own the record that is written about, and whether its repository is private
 */
export function siblingsOf(
  members: readonly ChangeSetMember[],
  own: { readonly id: string; readonly private: boolean },
): Sibling[] {
  throw new Error(`not yet: ${members.length} ${own.id}`);
}

/**
 * Whether the check run `orb` waits for the others, so that none of a change set is merged alone.
 *
 * `gone`: one of them was closed unmerged, and waiting for it has no end.
 */
export function siblingsVerdict(
  siblings: readonly Sibling[],
  setting: "link" | "wait",
): "no_wait" | "wait" | "gone" {
  throw new Error(`not yet: ${siblings.length} ${setting}`);
}
