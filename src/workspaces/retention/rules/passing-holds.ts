import type { KeepReason } from "../../keep-reason.ts";
import type { LeaseKind } from "../../record/workspace.ts";
import type { HeldLease, RetentionFacts } from "./facts.ts";

/** What keeps a workspace and ends by itself. */
export type PassingCode = "leased" | "phase_running" | "recently_signalled" | "cleanup_needs_it";

/** A reason with its end. */
export interface PassingHold {
  readonly reason: KeepReason<PassingCode>;
  readonly untilMs: number;
}

const CODES: Readonly<Record<LeaseKind, PassingCode>> = {
  heartbeat: "leased",
  phase: "phase_running",
  grace: "recently_signalled",
  cleanup: "cleanup_needs_it",
};

/** The strongest first. */
const KINDS: readonly LeaseKind[] = ["heartbeat", "phase", "cleanup", "grace"];

/**
 * Every lease that runs, the strongest kind first, and of one kind the one that ends last. All of them must be gone, no matter who
 * holds them and whether that process still lives.
 */
export function passingHolds({
  leases,
  now,
}: Pick<RetentionFacts, "leases" | "now">): readonly PassingHold[] {
  return leases
    .filter(({ until }) => until > now)
    .toSorted((one, other) => other.until.getTime() - one.until.getTime())
    .toSorted((one, other) => KINDS.indexOf(one.kind) - KINDS.indexOf(other.kind))
    .map((lease) => ({ untilMs: lease.until.getTime(), reason: reasonOf(lease) }));
}

function reasonOf(lease: HeldLease): KeepReason<PassingCode> {
  const own = ownReason(lease);
  if (lease.of === undefined) return own;
  return { ...own, reason: `${own.reason} That was said of ${lease.of}, which contains it or lies in it.` };
}

function ownReason({ kind, holder, until }: HeldLease): KeepReason<PassingCode> {
  const end = until.toISOString();
  switch (kind) {
    case "heartbeat":
      return {
        code: CODES[kind],
        reason: `It is in use: ${holder} holds a lease until ${end}.`,
        remedy: "No action needed: the lease ends by itself, if orb.workspace.active does not renew it.",
      };
    case "phase":
      return {
        code: CODES[kind],
        reason: `A phase of ${holder} runs. Without another signal it counts as ended at ${end}.`,
        remedy: "Send orb.phase.completed, or orb.project.cancelled, when the agents have ended.",
      };
    case "grace":
      return {
        code: CODES[kind],
        reason: `A signal of ${holder} came a short while ago, and its agents may be resumed; it is left alone until ${end}.`,
        remedy: "No action needed: this ends by itself.",
      };
    case "cleanup":
      return {
        code: CODES[kind],
        reason: `The bot itself works with it until ${end}: ${holder}.`,
        remedy: "No action needed: this ends by itself.",
      };
    default:
      return kind satisfies never;
  }
}
