import type { Refusal } from "../../../errors.ts";

/**
 * The code of the problem that a record has while it is set aside. It is not looked at then, whoever tells of it, for a look
 * may kill again: only a retry or another completion, which take the problem away, have it run.
 */
export const QUARANTINED = "pull_request_crashed";

export function isQuarantined({ problem }: { readonly problem: Refusal | null }): boolean {
  return problem?.code === QUARANTINED;
}
