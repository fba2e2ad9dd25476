import { LRUCache } from "lru-cache";

const ENTRIES_MAX = 2_000;

interface Entry {
  readonly value: unknown;
  readonly etag: string | undefined;
  readonly checkedAtMs: number;
}

/** An answer, and the ETag to ask GitHub whether it has changed. */
export interface Fetched<T> {
  readonly value: T;
  readonly etag: string | undefined;
}

/**
 * Caches GitHub's answers: for `maxAgeMs` without asking, after that by ETag, because a 304 does not count against the
 * rate limit. One per installation, so that no answer crosses from one installation to another.
 */
export class ConditionalCache {
  readonly #entries = new LRUCache<string, Entry>({ max: ENTRIES_MAX });
  readonly #now: () => Date;

  constructor(now: () => Date) {
    this.#now = now;
  }

  /** @param fetch asks GitHub, with the ETag of the cached answer; returns `"not-modified"` for a 304 */
  async get<T>(
    key: string,
    maxAgeMs: number,
    fetch: (etag: string | undefined) => Promise<Fetched<T> | "not-modified">,
  ): Promise<T> {
    const nowMs = this.#now().getTime();
    const known = this.#entries.get(key);
    if (known && nowMs - known.checkedAtMs < maxAgeMs) return known.value as T;
    const fetched = await fetch(known?.etag);
    if (fetched === "not-modified" && known) {
      this.#entries.set(key, { ...known, checkedAtMs: nowMs });
      return known.value as T;
    }
    if (fetched === "not-modified") throw new Error("GitHub answered 304 to a request without an ETag");
    this.#entries.set(key, { ...fetched, checkedAtMs: nowMs });
    return fetched.value;
  }

  /** The cached answer, however old; `undefined` if there is none. */
  peek(key: string): unknown {
    return this.#entries.get(key)?.value;
  }

  forget(key: string): void {
    this.#entries.delete(key);
  }
}
