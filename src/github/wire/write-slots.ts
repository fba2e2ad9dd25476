import { LRUCache } from "lru-cache";
import type { Pace } from "../../work/pace.ts";
import { nextWriteMs } from "./rules/pace.ts";

/** When a write may begin. */
export interface WriteSlot {
  readonly atMs: number;
  /** Whether it is kept for whoever asked; `false` where it is further away than that one waits. */
  readonly taken: boolean;
}

/** Who counts writes, by whom GitHub counts them: an installation, or the App itself. */
export interface WriteSlots {
  take(who: string, nowMs: number, waitMaxMs: number): Promise<WriteSlot>;
}

/** Whose count is let go first, if there were more, is the one that wrote longest ago. */
const COUNTED_MAX = 10_000;

/** The count of one process, exact where it is alone. What is asked for at once is answered in order. */
export class OwnWriteSlots implements WriteSlots {
  readonly #begun = new LRUCache<string, readonly number[]>({ max: COUNTED_MAX });
  readonly #windows: Pace["writeWindows"];
  /** Those before this many count no more. */
  readonly #rememberedMax: number;

  constructor({ writeWindows }: Pick<Pace, "writeWindows">) {
    this.#windows = writeWindows;
    this.#rememberedMax = Math.max(...writeWindows.map(({ max }) => max));
  }

  take(who: string, nowMs: number, waitMaxMs: number): Promise<WriteSlot> {
    // Nobody was given a slot beyond this: a clock that was set back would else be waited for.
    const begun = (this.#begun.get(who) ?? []).filter((atMs) => atMs <= nowMs + waitMaxMs);
    const atMs = nextWriteMs(begun, nowMs, this.#windows);
    const taken = atMs - nowMs <= waitMaxMs;
    if (taken) this.#begun.set(who, [...begun, atMs].slice(-this.#rememberedMax));
    return Promise.resolve({ atMs, taken });
  }

  /** Counts a write that was given its slot elsewhere. */
  note(who: string, atMs: number): void {
    const begun = [...(this.#begun.get(who) ?? []), atMs].toSorted((a, b) => a - b);
    this.#begun.set(who, begun.slice(-this.#rememberedMax));
  }
}
