import type { Pace } from "../../../work/pace.ts";
import { nextLookMs } from "./next-look.ts";
import type { Seen } from "../../record/rules/seen.ts";

/** So many looks within so long are a storm: people and agents bring about fewer, checks that report without end more. */
export const LOOKS_OF_STORM = 20;
const STORM_MS = 5 * 60_000;

interface Looked {
  /** `null` where it was not looked at yet. */
  readonly seen: Seen | null;
  /** Something set it in motion meanwhile, or was done that the next look shows. */
  readonly moved: boolean;
  /** Somebody told that something happened, and there was nothing to see. */
  readonly missed: boolean;
}

interface When {
  readonly now: Date;
  readonly random: number;
  readonly apartMs: number;
  readonly pace: Pace;
}

/**
 * How far two looks are apart at least, whatever is told: little, so that each turn is told as it happens; and more
 * once there were so many looks that what is told can't be news each time.
 *
 * @param looks when it was looked at, at most the last `LOOKS_OF_STORM`, the latest last
 * @returns milliseconds
 */
export function looksApartMs(looks: readonly Date[], now: Date, pace: Pace): number {
  const first = looks.at(-LOOKS_OF_STORM);
  const isStorm = first !== undefined && now.getTime() - first.getTime() < STORM_MS;
  return isStorm ? pace.betweenLooksInStormMs : pace.betweenLooksMs;
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
  { now, random, apartMs, pace }: When,
): number | null {
  if (moved) return apartMs;
  const waitMs = seen ? nextLookMs(seen, { now, random, pace }) : pace.firstLookMs;
  return missed && waitMs !== null ? Math.min(waitMs, pace.lookAgainMs) : waitMs;
}
