import { observe } from "../../../../src/pull-requests/observe/rules/observe.ts";
import type {
  Seen,
  SeenChecks,
  SeenMergeability,
  SeenReviews,
} from "../../../../src/pull-requests/record/rules/seen.ts";
import { snapshot } from "./snapshot.ts";

type Change = Partial<Omit<Seen, "checks" | "mergeability" | "review">> & {
  readonly checks?: Partial<SeenChecks>;
  readonly mergeability?: Partial<SeenMergeability>;
  readonly review?: Partial<SeenReviews>;
};

/** The time of the look that gave `seen`. */
export const LOOKED_AT = new Date(Date.UTC(2026, 0, 1, 12));

/** An open, mergeable pull request without checks and reviews. */
export function seen({ checks, mergeability, review, ...others }: Change = {}): Seen {
  const asked = { now: LOOKED_AT, askedAt: LOOKED_AT, written: null, requiredChecks: null };
  const first = observe(null, snapshot(), asked).seen;
  return {
    ...first,
    ...others,
    checks: { ...first.checks, ...checks },
    mergeability: { ...first.mergeability, ...mergeability },
    review: { ...first.review, ...review },
  };
}

/** The time so many minutes after `LOOKED_AT`. */
export function minutesLater(minutes: number): Date {
  return new Date(LOOKED_AT.getTime() + minutes * 60_000);
}
