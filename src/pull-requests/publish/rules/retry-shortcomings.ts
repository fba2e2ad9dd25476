import type { Refusal } from "../../../errors.ts";
import type { TriedAgain } from "../../record/rules/described.ts";

/** What GitHub failed to answer or to do may be had later; what it refused is for somebody to mend. */
const MAY_PASS = /_(github_unavailable|node_not_found)$|^description_unproved$/;
/** Longer than most outages, in all: 1 min, 4 min, 16 min, an hour and four hours after the one before. */
const TRIES_MAX = 5;
const FIRST_WAIT_MS = 60_000;
const WAIT_FACTOR = 4;

/**
 * Whether what a pull request falls short of is to be tried again, by writing it anew; each time it is waited longer.
 *
 * @param tried `null` where it is not known when it was written: an earlier version did not say
 */
export function isWorthAnotherTry(
  shortcomings: readonly Pick<Refusal, "code">[],
  tried: TriedAgain | null,
  now: Date,
): boolean {
  if (!shortcomings.some(({ code }) => MAY_PASS.test(code))) return false;
  if (!tried) return true;
  const { times, at } = tried;
  return times < TRIES_MAX && now.getTime() - at.getTime() >= FIRST_WAIT_MS * WAIT_FACTOR ** times;
}
