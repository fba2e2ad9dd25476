import type { Count } from "./rules/counted.ts";

/** Subjects with a log of their own. Those that come when there are so many share one log. */
export const SUBJECTS_MAX = 10_000;
const SHARED_KEY = "";

interface Log {
  /** The times of admitted requests, the oldest first; those before `begin` no longer count. */
  times: number[];
  begin: number;
}

interface Question {
  readonly keys: readonly string[];
  /** The limit of each key. */
  readonly limits: readonly number[];
  readonly nowMs: number;
  /** Whether an admitted request is counted, or only looked at. */
  readonly counts: boolean;
}

/**
 * The sliding log in the memory of one process. It is bounded: when it is full, subjects that it does not know share one
 * log and its limit, and no subject is forgotten before its last request has left the window. So a flood of new addresses
 * resets nobody.
 */
export class LocalLog {
  /** In the order of their last requests, so that what may be forgotten comes first. */
  readonly #logs = new Map<string, Log>();
  readonly #windowMs: number;

  constructor(windowMs: number) {
    this.#windowMs = windowMs;
  }

  /** @returns the count of each key; the request is refused if one of them has to wait */
  ask({ keys, limits, nowMs, counts }: Question): Count[] {
    this.#forget(nowMs);
    const logs = keys.map((key) => this.#logOf(key, nowMs));
    const used = logs.map(({ log: { times, begin } }) => times.length - begin);
    const hasRoom = used.every((count, index) => count < (limits[index] ?? 0));
    if (hasRoom && counts) {
      for (const { key, log } of new Map(logs.map((each) => [each.key, each])).values())
        this.#add(key, log, nowMs);
    }
    return logs.map(({ log: { times, begin } }, index) => {
      const limit = limits[index] ?? 0;
      const count = times.length - begin;
      const oldest = times[begin];
      const waitsFor = hasRoom || count < limit ? undefined : times[begin + count - limit];
      return {
        used: count,
        limit,
        freesInMs: oldest === undefined ? 0 : oldest + this.#windowMs - nowMs,
        waitMs: waitsFor === undefined ? 0 : waitsFor + this.#windowMs - nowMs,
      };
    });
  }

  /** @returns whether there was anything to forget */
  delete(key: string): boolean {
    return this.#logs.delete(key);
  }

  /** How many subjects have a log. */
  get size(): number {
    return this.#logs.size;
  }

  #logOf(wanted: string, nowMs: number): { key: string; log: Log } {
    const isKnown = this.#logs.has(wanted) || this.#logs.size < SUBJECTS_MAX;
    const key = isKnown ? wanted : SHARED_KEY;
    const log = this.#logs.get(key) ?? { times: [], begin: 0 };
    while (log.begin < log.times.length && nowMs - (log.times[log.begin] ?? 0) >= this.#windowMs) log.begin++;
    if (log.begin > log.times.length / 2) {
      log.times = log.times.slice(log.begin);
      log.begin = 0;
    }
    return { key, log };
  }

  #add(key: string, log: Log, nowMs: number): void {
    log.times.push(nowMs);
    this.#logs.delete(key);
    this.#logs.set(key, log);
  }

  #forget(nowMs: number): void {
    for (const [key, { times }] of this.#logs) {
      if (nowMs - (times.at(-1) ?? 0) < this.#windowMs) return;
      this.#logs.delete(key);
    }
  }
}
