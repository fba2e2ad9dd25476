import type { Refusal } from "../../../errors.ts";

/**
 * The code of the problem of a quarantined record. It gets no look, whatever happens to it, because a look may crash the next
 * process. Only a retry or another completion, which remove the problem, make it run.
 */
export const QUARANTINED = "pull_request_crashed";

export function isQuarantined({ problem }: { readonly problem: Refusal | null }): boolean {
  return problem?.code === QUARANTINED;
}
