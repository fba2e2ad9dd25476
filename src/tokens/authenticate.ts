import { createHash, timingSafeEqual } from "node:crypto";
import type { Secret } from "../secret.ts";

export const SCOPES = ["read", "write", "signals:write", "admin"] as const;
export type Scope = (typeof SCOPES)[number];

/** Who called. */
export interface Actor {
  readonly name: string;
  readonly scopes: ReadonlySet<Scope>;
}

/** Knows callers by their tokens. */
export class Tokens {
  readonly #bootstrap: Buffer | null;

  /** @param bootstrap the token of the environment, which has every scope; `null` for none */
  constructor(bootstrap: Secret | null) {
    this.#bootstrap = bootstrap && digest(bootstrap.reveal());
  }

  /** @param authorization the header as it came; @returns `null` where it names nobody */
  authenticate(authorization: string | undefined): Actor | null {
    const token = /^Bearer +(\S+) *$/i.exec(authorization ?? "")?.[1];
    if (token === undefined || this.#bootstrap === null) return null;
    // Digests have one length, so the comparison tells nothing of the token's.
    if (!timingSafeEqual(digest(token), this.#bootstrap)) return null;
    return { name: "bootstrap", scopes: new Set(SCOPES) };
  }
}

function digest(token: string): Buffer {
  return createHash("sha256").update(token).digest();
}
