import { nextLookMs } from "./tracking/next-look.ts";
import type { Seen } from "./tracking/seen.ts";

/** By then GitHub has worked out whether it can be merged, and checks have begun. */
const FIRST_LOOK_MS = 5_000;
/** Checks report by the dozen: one look serves all who report in the same second. */
export const LOOKS_APART_MS = 1_000;
/** Longer than a replica of GitHub's lags behind, as far as is known. */
const LOOK_AGAIN_MS = 15_000;

interface Looked {
  /** `null` where it was not looked at yet. */
  readonly seen: Seen | null;
  /** Something set it in motion meanwhile, or was done that the next look shows. */
  readonly moved: boolean;
  /** Somebody told that something happened, and there was nothing to see. */
  readonly missed: boolean;
}

/**
 * How long to wait before a pull request is looked at next.
 *
 * @param random in [0, 1)
 * @returns milliseconds; `null` where its life is over
 */
export function whenToLookMs(
  { seen, moved, missed }: Looked,
  { now, random }: { readonly now: Date; readonly random: number },
): number | null {
  if (moved) return LOOKS_APART_MS;
  const waitMs = seen ? nextLookMs(seen, { now, random }) : FIRST_LOOK_MS;
  return missed && waitMs !== null ? Math.min(waitMs, LOOK_AGAIN_MS) : waitMs;
}
