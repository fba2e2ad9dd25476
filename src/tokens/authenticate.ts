import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../secret.ts";

export const SCOPES = ["read", "write", "signals:write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** The caller. */
export interface Actor {
  /** Stays the same as long as the token, and is no secret. */
  readonly id: string;
  /** For people. */
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
  /** Whether no rate limit holds for it: for the platform's own systems. */
  readonly isBypass: boolean;
}

/** Recognises callers by their tokens. */
export class Tokens {
  readonly #bootstrap: Buffer | null;

  /** @param bootstrap the token of the environment, which has every scope; `null` for none */
  constructor(bootstrap: Secret | null) {
    this.#bootstrap = bootstrap && digest(bootstrap.reveal());
  }

  /**
   * A promise, because tokens that are kept in a store take a query.
   *
   * @param authorization the header as it came
   * @returns `null` if the token is missing or unknown
   */
  async authenticate(authorization: string | undefined): Promise<Actor | null> {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    return token === undefined ? null : this.#find(digest(token));
  }

  /** Takes only a digest: stored tokens, and a cache of them, never contain the token itself. */
  async #find(presented: Buffer): Promise<Actor | null> {
    // All digests have the same length, so the time of the comparison reveals nothing.
    if (this.#bootstrap === null || !timingSafeEqual(presented, this.#bootstrap)) return null;
    return { id: "ADMIN_TOKEN", name: "the token ADMIN_TOKEN", scopes: new Set(SCOPES), isBypass: false };
  }
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
