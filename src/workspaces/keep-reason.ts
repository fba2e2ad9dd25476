import type { Refusal } from "../errors.ts";

/**
 * Why a workspace stays, in the form of every refusal. Each room of `workspaces/` has a closed union of its codes, so that
 * nobody can add a reason without a remedy.
 */
export interface KeepReason<Code extends string = string> extends Refusal {
  readonly code: Code;
}
