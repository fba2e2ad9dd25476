import { nextLookMs } from "./tracking/next-look.ts";
import type { Seen } from "./tracking/seen.ts";

/** By then GitHub has worked out whether it can be merged, and checks have begun. */
const FIRST_LOOK_MS = 5_000;
/** Checks report by the dozen: one look serves all who report in the same second. */
const LOOKS_APART_MIN_MS = 1_000;
/** A minute of looks costs four questions then, of the 5 000 that GitHub answers an installation in an hour. */
const LOOKS_APART_MAX_MS = 15_000;
/** After so long without a look, the next news is looked at at once. */
const QUIET_MS = 60_000;
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
 * How far two looks are apart at least, whatever is told: twice as far as the last two were, up to a quarter of a
 * minute, for whoever reports without end is no news each time.
 *
 * @param lookedAt when it was looked at before the present look; `null` where it never was
 * @returns milliseconds
 */
export function looksApartMs(lookedAt: Date | null, now: Date): number {
  const gapMs = lookedAt ? now.getTime() - lookedAt.getTime() : QUIET_MS;
  if (gapMs >= QUIET_MS) return LOOKS_APART_MIN_MS;
  return Math.min(LOOKS_APART_MAX_MS, Math.max(LOOKS_APART_MIN_MS, 2 * gapMs));
}

/**
 * How long to wait before a pull request is looked at next.
 *
 * @param random in [0, 1)
 * @param apartMs how far looks are apart just now, as `looksApartMs` has it
 * @returns milliseconds; `null` where its life is over
 */
export function whenToLookMs(
  { seen, moved, missed }: Looked,
  { now, random, apartMs }: { readonly now: Date; readonly random: number; readonly apartMs: number },
): number | null {
  if (moved) return apartMs;
  const waitMs = seen ? nextLookMs(seen, { now, random }) : FIRST_LOOK_MS;
  return missed && waitMs !== null ? Math.min(waitMs, LOOK_AGAIN_MS) : waitMs;
}
