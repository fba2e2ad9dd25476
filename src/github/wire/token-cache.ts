import { LRUCache } from "lru-cache";

const TOKENS_MAX = 15_000;
const INSTALLATIONS_MAX = 15_000;
/** A minute less than GitHub's lifetime of one hour. */
const TOKEN_KNOWN_MS = 59 * 60_000;

/** Installation tokens by Octokit's own keys: the installation's id and the limits of the token. */
export class TokenCache {
  readonly #tokens = new LRUCache<string, string>({ max: TOKENS_MAX, ttl: TOKEN_KNOWN_MS });
  readonly #granted = new LRUCache<number, string>({ max: INSTALLATIONS_MAX });

  get(key: string): string | undefined {
    return this.#tokens.get(key);
  }

  set(key: string, token: string): void {
    this.#tokens.set(key, token);
  }

  /**
   * Forgets the tokens of an installation if its permissions have changed: a token keeps the permissions that it was
   * created with.
   *
   * https://docs.github.com/en/apps/creating-github-apps/authenticating-with-a-github-app/generating-an-installation-access-token-for-a-github-app
   */
  seeGranted(installationId: number, permissions: Readonly<Record<string, string>>): void {
    const each = Object.entries(permissions).map(([permission, level]) => `${permission}: ${level}`);
    const granted = each.sort().join(", ");
    if (this.#granted.get(installationId) === granted) return;
    this.#granted.set(installationId, granted);
    this.forget(installationId);
  }

  forget(installationId: number): void {
    for (const key of this.#tokens.keys()) {
      if (key.split("|", 1)[0] === String(installationId)) this.#tokens.delete(key);
    }
  }
}
