/** Who is counted: a user by the id of the token, an address in its canonical form, or the network around it. */
export interface Counted {
  readonly kind: "user" | "address" | "network";
  readonly id: string;
}

/** How many requests of one subject were admitted, and what that means for the next one. Times are milliseconds from now. */
export interface Count {
  readonly used: number;
  readonly limit: number;
  /** Until the oldest request leaves the window, and there is room for one more; 0 if there is none. */
  readonly freesInMs: number;
  /** Until a request would be admitted; 0 if this one was, or would be. */
  readonly waitMs: number;
}

/**
 * A host with IPv6 often has a network of this size, and each address in it is counted with its /64. So that it can't multiply
 * its requests by 65 536, the network is counted too, with this many times the limit of an address.
 */
const NETWORK_TIMES = 4;

/** The requests that one subject may send if an address may send `limit`. */
export function limitOf({ kind }: Pick<Counted, "kind">, limit: number): number {
  return kind === "network" ? limit * NETWORK_TIMES : limit;
}

/** The subject that is nearest to its limit, or waits longest. */
export function tightest(counts: readonly Count[]): number {
  let tight = 0;
  for (let index = 1; index < counts.length; index++) {
    const [one, best] = [counts[index], counts[tight]];
    if (one && best && isTighter(one, best)) tight = index;
  }
  return tight;
}

function isTighter(one: Count, other: Count): boolean {
  if (one.waitMs !== other.waitMs) return one.waitMs > other.waitMs;
  return one.limit - one.used < other.limit - other.used;
}
