import type { Refusal } from "../../../errors.ts";
import { mayTryAgain } from "../../../work/rules/back-off.ts";

/** Refusals and ends that concern every other request too, so that continuing would not help. */
const CONCERNS_ALL = new Set([
  "rate_limited",
  "account_suspended",
  "bad_credentials",
  "installation_suspended",
  "mongodb_unavailable",
  "lease_lost",
  "stopping",
]);
/** Failures that may pass in a moment. */
const PASSING = new Set(["github_unavailable", "not_found", "node_not_found"]);

/** Whether to wait for a failure to pass. @param attempts tries so far, with this one */
export function isPatient(attempts: number): boolean {
  return mayTryAgain("optional_question", attempts);
}

/**
 * Whether to open a pull request without the answer to an optional question: the requirements of the base, checks, the list of
 * all files, GitHub's rendering of the description.
 */
export function canDoWithout({ code }: Pick<Refusal, "code">, { patient }: { patient: boolean }): boolean {
  return !CONCERNS_ALL.has(code) && !(patient && PASSING.has(code));
}
