import type { Refusal } from "../../../errors.ts";
import { backOffMs, mayTryAgain } from "../../../work/rules/back-off.ts";
import type { TriedAgain } from "../../record/rules/described.ts";

/** What GitHub failed to answer or to do may be had later; what it refused is for somebody to mend. */
const MAY_PASS = /_(github_unavailable|node_not_found)$|^description_unproved$/;

/**
 * Whether what a pull request falls short of is to be tried again, by writing it anew; each time it is waited longer.
 *
 * @param tried `null` where it is not known when it was written, as of one that was found and not opened
 */
export function isWorthAnotherTry(
  shortcomings: readonly Pick<Refusal, "code">[],
  tried: TriedAgain | null,
  now: Date,
): boolean {
  if (!shortcomings.some(({ code }) => MAY_PASS.test(code))) return false;
  if (!tried) return true;
  const failures = tried.times + 1;
  const waitedMs = now.getTime() - tried.at.getTime();
  return mayTryAgain("shortcoming", failures) && waitedMs >= backOffMs("shortcoming", { failures });
}
