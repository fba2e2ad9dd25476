import { nextLookMs } from "./next-look.ts";
import type { Seen } from "../../record/rules/seen.ts";

/** By then GitHub has worked out whether it can be merged, and checks have begun. */
const FIRST_LOOK_MS = 5_000;
/** Checks report by the dozen: one look serves all who report in the same second. */
const LOOKS_APART_MIN_MS = 1_000;
/** In a storm a minute of looks costs four questions, of the 5 000 that GitHub answers an installation in an hour. */
const LOOKS_APART_IN_STORM_MS = 15_000;
/** So many looks within so long are a storm: people and agents bring about fewer, checks that report without end more. */
export const LOOKS_OF_STORM = 20;
const STORM_MS = 5 * 60_000;
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
 * How far two looks are apart at least, whatever is told: a second, so that each turn is told as it happens; and a
 * quarter of a minute once there were so many looks that what is told can't be news each time.
 *
 * @param looks when it was looked at, at most the last `LOOKS_OF_STORM`, the latest last
 * @returns milliseconds
 */
export function looksApartMs(looks: readonly Date[], now: Date): number {
  const first = looks.at(-LOOKS_OF_STORM);
  const isStorm = first !== undefined && now.getTime() - first.getTime() < STORM_MS;
  return isStorm ? LOOKS_APART_IN_STORM_MS : LOOKS_APART_MIN_MS;
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
