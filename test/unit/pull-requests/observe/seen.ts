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

/** When `seen` was looked at. */
export const LOOKED_AT = new Date(Date.UTC(2026, 0, 1, 12));

/** An open pull request that can be merged, and that nobody has checked or reviewed. */
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

/** So many minutes after that. */
export function minutesLater(minutes: number): Date {
  return new Date(LOOKED_AT.getTime() + minutes * 60_000);
}
