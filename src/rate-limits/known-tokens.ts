import { hash } from "node:crypto";
import { LRUCache } from "lru-cache";

const TOKENS_MAX = 10_000;
const KEPT_MS = 10 * 60_000;

/**
 * The headers with which somebody has signed in here, as digests. Their senders stay welcome if others guess tokens from the same
 * address: who already has a token learns nothing.
 */
export class KnownTokens {
  readonly #known = new LRUCache<string, true>({ max: TOKENS_MAX, ttl: KEPT_MS });

  has(authorization: string): boolean {
    return this.#known.has(digest(authorization));
  }

  add(authorization: string): void {
    this.#known.set(digest(authorization), true);
  }

  delete(authorization: string): void {
    this.#known.delete(digest(authorization));
  }
}

function digest(authorization: string): string {
  return hash("sha256", authorization, "base64");
}
