import { LRUCache } from "lru-cache";

const FIRST_MS = 50;
const MS_MAX = 3_000;
/** How long, and how many documents are remembered. */
const REMEMBERED_MS = 10_000;
const REMEMBERED_MAX = 1_000;

interface Entry<Id> {
  readonly id: Id;
  readonly waitMs: number;
  readonly untilMs: number;
}

/** Documents that another transaction was writing to: each is left alone for a moment, and longer each time. */
export class Busy<Id> {
  readonly #known = new LRUCache<string, Entry<Id>>({ max: REMEMBERED_MAX, ttl: REMEMBERED_MS });

  add(id: Id): void {
    const before = this.#known.get(String(id));
    const waitMs = before ? Math.min(MS_MAX, 2 * before.waitMs) : FIRST_MS;
    this.#known.set(String(id), { id, waitMs, untilMs: performance.now() + waitMs });
  }

  /** Those to leave alone now. */
  get ids(): Id[] {
    return this.#now().map(({ id }) => id);
  }

  /** How long until the next one may be tried again, in milliseconds; `null` if there is none. */
  get leftMs(): number | null {
    const left = this.#now().map(({ untilMs }) => untilMs - performance.now());
    return left.length > 0 ? Math.min(...left) : null;
  }

  #now(): Entry<Id>[] {
    return [...this.#known.values()].filter(({ untilMs }) => untilMs > performance.now());
  }
}
