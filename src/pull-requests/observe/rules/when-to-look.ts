import type { Pace } from "../../../work/pace.ts";
import { nextLookMs } from "./next-look.ts";
import type { Seen } from "../../record/rules/seen.ts";

/** So many looks within this time are a storm: people and agents cause fewer, checks that report without end more. */
export const LOOKS_OF_STORM = 20;
const STORM_MS = 5 * 60_000;

interface Looked {
  /** `null` before the first look. */
  readonly seen: Seen | null;
  /** A nudge came meanwhile, or the run did something that the next look will show. */
  readonly moved: boolean;
  /** An event reported something that the look did not show. */
  readonly missed: boolean;
}

interface When {
  readonly now: Date;
  readonly random: number;
  readonly apartMs: number;
  readonly pace: Pace;
}

/**
 * The shortest time between two looks, whatever events come: short, so that each change is reported as it happens; longer
 * after so many looks that not every event can be news.
 *
 * @param looks the times of at most the last `LOOKS_OF_STORM` looks, the latest last
 * @returns milliseconds
 */
export function looksApartMs(looks: readonly Date[], now: Date, pace: Pace): number {
  const first = looks.at(-LOOKS_OF_STORM);
  const isStorm = first !== undefined && now.getTime() - first.getTime() < STORM_MS;
  return isStorm ? pace.betweenLooksInStormMs : pace.betweenLooksMs;
}

/**
 * How long to wait before the next look at a pull request.
 *
 * @param random in [0, 1)
 * @param apartMs the present shortest time between looks, from `looksApartMs`
 * @returns milliseconds; `null` if it has ended
 */
export function whenToLookMs(
  { seen, moved, missed }: Looked,
  { now, random, apartMs, pace }: When,
): number | null {
  if (moved) return apartMs;
  const waitMs = seen ? nextLookMs(seen, { now, random, pace }) : pace.firstLookMs;
  return missed && waitMs !== null ? Math.min(waitMs, pace.lookAgainMs) : waitMs;
}
