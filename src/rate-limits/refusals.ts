import { LRUCache } from "lru-cache";
import type { Count } from "./rules/counted.ts";

/**
 * How long Redis is not asked again about a subject that it refused. It is short, so that a raised limit or a reset reaches every
 * process without a message.
 */
const REMEMBERED_MS_MAX = 500;
const SUBJECTS_MAX = 10_000;

interface Refusal {
  readonly count: Count;
  readonly freeAtMs: number;
  readonly askAgainAtMs: number;
}

/**
 * rate-limiter-flexible's memory of blocked keys, but bounded, and by a clock that nobody sets. What it forgets is asked of
 * Redis again. Times are those of `performance.now()`.
 */
export class Refusals {
  readonly #refused = new LRUCache<string, Refusal>({ max: SUBJECTS_MAX });
  readonly #nowMs: () => number;

  constructor(nowMs: () => number) {
    this.#nowMs = nowMs;
  }

  /** @param askedAtMs before Redis was asked, so that no subject is refused for longer than Redis would */
  add(key: string, count: Count, askedAtMs: number): void {
    const freeAtMs = askedAtMs + count.waitMs;
    const askAgainAtMs = Math.min(freeAtMs, askedAtMs + REMEMBERED_MS_MAX);
    this.#refused.set(key, { count, freeAtMs, askAgainAtMs });
  }

  /** @param limit in force: a refusal under another one says nothing @returns `null` if Redis has to be asked */
  find(key: string, limit: number): Count | null {
    const refused = this.#refused.get(key);
    if (!refused) return null;
    const nowMs = this.#nowMs();
    if (nowMs < refused.askAgainAtMs && refused.count.limit === limit) {
      const waitMs = refused.freeAtMs - nowMs;
      return { ...refused.count, freesInMs: waitMs, waitMs };
    }
    this.#refused.delete(key);
    return null;
  }

  /** The name by which rate-limiter-flexible's own functions ask. */
  msBeforeExpire(key: string): number {
    return Math.max(0, (this.#refused.get(key)?.askAgainAtMs ?? 0) - this.#nowMs());
  }

  /** Without a key, all of them. */
  delete(key?: string): void {
    if (key === undefined) this.#refused.clear();
    else this.#refused.delete(key);
  }
}
