import type { KeepReason } from "../keep-reason.ts";
import type { RetentionFacts } from "./rules/facts.ts";
import { retention, type RetentionCause, type RetentionCode } from "./rules/retention.ts";

/**
 * When a workspace may go, as far as time decides: what is in it must be looked at as well. A workspace may go now if `dueAt` has come;
 * then `reasons` is empty. Before that `reasons` says what holds it besides the time, such as a lease.
 */
export type Retention =
  | {
      readonly dueAt: Date;
      readonly because: string;
      readonly cause: RetentionCause;
      readonly reasons: readonly KeepReason<RetentionCode>[];
    }
  | { readonly dueAt: null; readonly reasons: readonly KeepReason<RetentionCode>[] };

/** The rule `retention`, with a time of day. */
export function decideRetention(facts: RetentionFacts): Retention {
  const decided = retention(facts);
  if (decided.dueMs === null) return { dueAt: null, reasons: decided.reasons };
  const { dueMs, because, cause, reasons } = decided;
  return { dueAt: new Date(dueMs), because, cause, reasons };
}
