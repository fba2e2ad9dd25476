import { LRUCache } from "lru-cache";
import type { Pace } from "../../work/pace.ts";
import { nextWriteMs } from "./rules/pace.ts";

/** The time at which a write may begin. */
export interface WriteSlot {
  readonly atMs: number;
  /** Whether the slot is reserved for the caller; `false` if it is later than the caller waits. */
  readonly taken: boolean;
}

/** Counts writes as GitHub does: per installation, or for the App itself. */
export interface WriteSlots {
  take(who: string, nowMs: number, waitMaxMs: number): Promise<WriteSlot>;
  /** Lets no write begin before `untilMs`. */
  pause(who: string, untilMs: number, nowMs: number): Promise<void>;
}

/** With more installations than this, the count of the one that wrote longest ago is dropped first. */
const COUNTED_MAX = 10_000;

/** The count of one process, exact if it is the only one. Concurrent calls are answered in order. */
export class OwnWriteSlots implements WriteSlots {
  readonly #begun = new LRUCache<string, readonly number[]>({ max: COUNTED_MAX });
  readonly #pausedUntil = new LRUCache<string, number>({ max: COUNTED_MAX });
  readonly #windows: Pace["writeWindows"];
  /** Older writes than this many no longer count. */
  readonly #rememberedMax: number;

  constructor({ writeWindows }: Pick<Pace, "writeWindows">) {
    this.#windows = writeWindows;
    this.#rememberedMax = Math.max(...writeWindows.map(({ max }) => max));
  }

  take(who: string, nowMs: number, waitMaxMs: number): Promise<WriteSlot> {
    // No slot is later than this. Without the filter, writes would wait for a clock that was set back.
    const begun = (this.#begun.get(who) ?? []).filter((atMs) => atMs <= nowMs + waitMaxMs);
    const atMs = Math.max(nextWriteMs(begun, nowMs, this.#windows), this.#pausedUntil.get(who) ?? 0);
    const taken = atMs - nowMs <= waitMaxMs;
    if (taken) this.#begun.set(who, [...begun, atMs].slice(-this.#rememberedMax));
    return Promise.resolve({ atMs, taken });
  }

  pause(who: string, untilMs: number): Promise<void> {
    this.#pausedUntil.set(who, Math.max(untilMs, this.#pausedUntil.get(who) ?? 0));
    return Promise.resolve();
  }

  /** Counts a write whose slot was reserved elsewhere. */
  note(who: string, atMs: number): void {
    const begun = [...(this.#begun.get(who) ?? []), atMs].toSorted((a, b) => a - b);
    this.#begun.set(who, begun.slice(-this.#rememberedMax));
  }
}
