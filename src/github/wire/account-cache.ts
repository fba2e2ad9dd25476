import { LRUCache } from "lru-cache";

const ACCOUNTS_MAX = 5_000;
const KNOWN_MS = 6 * 60 * 60_000;
/** A missing person may join the organization, or the App may get the permission to see its teams. */
const MISSING_MS = 10 * 60_000;

/** Node ids of people and teams, as one installation sees them; `null` for those that it can't see. */
export class AccountCache {
  readonly #ids: LRUCache<string, { readonly id: string | null }>;

  constructor(now: () => Date) {
    this.#ids = new LRUCache({ max: ACCOUNTS_MAX, perf: { now: () => now().getTime() }, ttlResolution: 0 });
  }

  /** @returns `undefined` if the account is not cached */
  get(key: string): string | null | undefined {
    return this.#ids.get(key.toLowerCase())?.id;
  }

  set(key: string, id: string | null): void {
    this.#ids.set(key.toLowerCase(), { id }, { ttl: id === null ? MISSING_MS : KNOWN_MS });
  }
}
