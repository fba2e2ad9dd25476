/** What decides whether a token is still good. */
export interface TokenTimes {
  /** `null`: never. */
  readonly expiresAt: Date | null;
  readonly revokedAt: Date | null;
}

export type TokenState =
  | { readonly state: "active" }
  | { readonly state: "expired" | "revoked"; readonly because: string };

/** A token is good until the moment at which it expires, and not at that moment. */
export function tokenState({ expiresAt, revokedAt }: TokenTimes, now: Date): TokenState {
  if (revokedAt !== null) {
    return { state: "revoked", because: `it was revoked at ${revokedAt.toISOString()}` };
  }
  if (expiresAt !== null && expiresAt <= now) {
    return { state: "expired", because: `it expired at ${expiresAt.toISOString()}` };
  }
  return { state: "active" };
}

/** When a token ends that is replaced now: after the overlap, but never later than it would have ended anyway. */
export function endOfReplaced({ expiresAt }: Pick<TokenTimes, "expiresAt">, afterOverlap: Date): Date {
  return expiresAt !== null && expiresAt < afterOverlap ? expiresAt : afterOverlap;
}
