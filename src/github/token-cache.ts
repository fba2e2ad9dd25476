import { LRUCache } from "lru-cache";

const TOKENS_MAX = 15_000;
/** A minute less than the hour for which GitHub gives them. */
const TOKEN_KNOWN_MS = 59 * 60_000;

/** Installation tokens, as Octokit's App authentication keeps them: under the installation's id and what they are narrowed to. */
export class TokenCache {
  readonly #tokens = new LRUCache<string, string>({ max: TOKENS_MAX, ttl: TOKEN_KNOWN_MS });

  get(key: string): string | undefined {
    return this.#tokens.get(key);
  }

  set(key: string, token: string): void {
    this.#tokens.set(key, token);
  }

  forget(installationId: number): void {
    for (const key of this.#tokens.keys()) {
      if (key.split("|", 1)[0] === String(installationId)) this.#tokens.delete(key);
    }
  }
}
