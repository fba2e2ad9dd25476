import type { Refusal } from "../../../errors.ts";
import { PASSING_FAILURES } from "../../../github/wire/rules/failure-codes.ts";
import { backOffMs, mayTryAgain } from "../../../work/rules/back-off.ts";
import type { TriedAgain } from "../../record/rules/described.ts";

/** A failure of GitHub may pass. A refusal needs a person. */
const MAY_PASS = [...PASSING_FAILURES, "node_not_found"].map((code) => `_${code}`);
const UNPROVED = "description_unproved";

/**
 * Whether to retry the shortcomings of a pull request by writing it again. Each wait is longer than the one before.
 *
 * @param tried `null` if it is not known when it was written, for example if it was adopted and not opened
 */
export function isWorthAnotherTry(
  shortcomings: readonly Pick<Refusal, "code">[],
  tried: TriedAgain | null,
  now: Date,
): boolean {
  if (!shortcomings.some(({ code }) => code === UNPROVED || MAY_PASS.some((end) => code.endsWith(end))))
    return false;
  if (!tried) return true;
  const failures = tried.times + 1;
  const waitedMs = now.getTime() - tried.at.getTime();
  return mayTryAgain("shortcoming", failures) && waitedMs >= backOffMs("shortcoming", { failures });
}
