import type { Lease } from "../workspace.ts";

/** Beyond it, those that end first are dropped: that does not change when the last one ends. */
export const LEASES_MAX = 100;

/** Those that run at a time. A workspace is in use as long as there is one, no matter who holds it. */
export function holding(leases: readonly Lease[], now: Date): readonly Lease[] {
  return leases.filter(({ until }) => until > now);
}

/**
 * Adds a lease, or renews the one of the same kind and holder. A renewal never makes it shorter: signals may arrive in any
 * order. Those that have ended are left out.
 */
export function withLease(leases: readonly Lease[], fresh: Lease, now: Date): readonly Lease[] {
  const known = leases.find((lease) => isSame(lease, fresh));
  const longer = known && known.until > fresh.until ? known : fresh;
  const others = holding(leases, now).filter((lease) => !isSame(lease, fresh));
  const all = longer.until > now ? [...others, longer] : others;
  const byEnd = all.toSorted((one, other) => other.until.getTime() - one.until.getTime());
  const stays = new Set(byEnd.slice(0, LEASES_MAX));
  return all.filter((lease) => stays.has(lease));
}

/** Gives a lease back before its end. */
export function withoutLease(
  leases: readonly Lease[],
  ended: Pick<Lease, "kind" | "holder">,
): readonly Lease[] {
  return leases.filter((lease) => !isSame(lease, ended));
}

function isSame(one: Pick<Lease, "kind" | "holder">, other: Pick<Lease, "kind" | "holder">): boolean {
  return one.kind === other.kind && one.holder === other.holder;
}
