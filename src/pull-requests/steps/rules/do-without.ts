import type { Refusal } from "../../../errors.ts";
import { mayTryAgain } from "../../../work/rules/back-off.ts";

/** What concerns every other request as well: going on would not help. */
const CONCERNS_ALL = new Set([
  "rate_limited",
  "bad_credentials",
  "installation_suspended",
  "mongodb_unavailable",
  "lease_lost",
]);
/** What a moment may mend. */
const PASSING = new Set(["github_unavailable", "not_found", "node_not_found"]);

/** Whether what a moment may mend is to be waited for. @param attempts tries so far, this one included */
export function isPatient(attempts: number): boolean {
  return mayTryAgain("optional_question", attempts);
}

/**
 * Whether a pull request is opened without the answer to a question, where it is better with it and does not hang
 * on it: what the base asks for, checks, the list of all files, how GitHub would render the description.
 */
export function canDoWithout({ code }: Pick<Refusal, "code">, { patient }: { patient: boolean }): boolean {
  return !CONCERNS_ALL.has(code) && !(patient && PASSING.has(code));
}
