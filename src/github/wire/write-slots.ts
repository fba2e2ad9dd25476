import { LRUCache } from "lru-cache";
import type { Pace } from "../../work/pace.ts";
import { nextWriteMs } from "./rules/pace.ts";

/** The time at which a write may begin. */
export interface WriteSlot {
  readonly atMs: number;
  /** Whether that is at once, or so soon that waiting costs less than coming again: within `WRITE_WAIT_MS_MAX`. */
  readonly taken: boolean;
}

/** Who asks for slots, and when. */
export interface Asking {
  /** Names the work that has, or gets, a place in the line; `null` for a write that does not come again. */
  readonly turn: string | null;
  readonly nowMs: number;
}

/**
 * Counts writes as GitHub does: per installation, or for the App itself. Work that has to wait gets a place in a line, and
 * gives its lane to others meanwhile: those that come later get later slots.
 */
export interface WriteSlots {
  /** Takes the slot of one write that begins now. */
  take(who: string, asking: Asking): Promise<WriteSlot>;
  /** Keeps room for `WRITES_RESERVED` writes, from the time of the slot on. */
  reserve(who: string, asking: Asking): Promise<WriteSlot>;
  /** Gives up a place in the line, and the room that is kept. */
  leave(who: string, turn: string): Promise<void>;
  /** Lets no write begin before `untilMs`. */
  pause(who: string, untilMs: number, nowMs: number): Promise<void>;
  /** Tells all processes that GitHub refuses every request before `untilMs`. */
  limit(who: string, untilMs: number, nowMs: number): Promise<void>;
  /** Until when GitHub refuses every request, as any process found out; in the past if it does not. */
  limitedUntil(who: string, nowMs: number): Promise<number>;
}

/** A shorter wait is slept: coming again costs about as much. */
export const WRITE_WAIT_MS_MAX = 250;
/** Opening a pull request and labelling it. What needs more takes one at a time. */
export const WRITES_RESERVED = 2;
/** Places in the line of an installation: four hours of writes. Work behind them asks again after their time. */
export const LINE_MAX = 2_000;
/** A place is lost if its work does not come for so long after its time: its process may have died. */
export const PLACE_KEPT_MS = 5 * 60_000;
/** With more installations than this, the count of the one that wrote longest ago is dropped first. */
const COUNTED_MAX = 10_000;

/** The room for one write that is kept. */
interface Place {
  readonly turn: string;
  readonly atMs: number;
}

/** The count of one process, exact if it is the only one. Concurrent calls are answered in order. */
export class OwnWriteSlots implements WriteSlots {
  readonly #begun = new LRUCache<string, readonly number[]>({ max: COUNTED_MAX });
  readonly #lines = new LRUCache<string, readonly Place[]>({ max: COUNTED_MAX });
  readonly #pausedUntil = new LRUCache<string, number>({ max: COUNTED_MAX });
  readonly #limitedUntil = new LRUCache<string, number>({ max: COUNTED_MAX });
  readonly #windows: Pace["writeWindows"];
  /** Older writes than this many no longer count. */
  readonly #rememberedMax: number;

  constructor({ writeWindows }: Pick<Pace, "writeWindows">) {
    this.#windows = writeWindows;
    this.#rememberedMax = Math.max(...writeWindows.map(({ max }) => max));
  }

  async take(who: string, asking: Asking): Promise<WriteSlot> {
    const slot = this.#slot(who, asking, 1);
    const { atMs, taken } = slot;
    if (!taken) this.#wait(who, asking, atMs);
    else {
      this.#begun.set(who, [...slot.begun, atMs].slice(-this.#rememberedMax));
      const own = slot.line.findIndex(({ turn }) => turn === asking.turn);
      this.#lines.set(who, own === -1 ? slot.line : slot.line.toSpliced(own, 1));
    }
    return { atMs, taken };
  }

  async reserve(who: string, asking: Asking): Promise<WriteSlot> {
    const { atMs, taken } = this.#slot(who, asking, WRITES_RESERVED);
    this.#wait(who, asking, atMs);
    return { atMs, taken };
  }

  async leave(who: string, turn: string): Promise<void> {
    const line = this.#lines.get(who) ?? [];
    this.#lines.set(
      who,
      line.filter((place) => place.turn !== turn),
    );
  }

  async pause(who: string, untilMs: number): Promise<void> {
    this.#pausedUntil.set(who, Math.max(untilMs, this.#pausedUntil.get(who) ?? 0));
  }

  async limit(who: string, untilMs: number): Promise<void> {
    this.#limitedUntil.set(who, Math.max(untilMs, this.#limitedUntil.get(who) ?? 0));
  }

  async limitedUntil(who: string): Promise<number> {
    return this.#limitedUntil.get(who) ?? 0;
  }

  /** Counts a write whose slot was given elsewhere. */
  note(who: string, atMs: number): void {
    const begun = [...(this.#begun.get(who) ?? []), atMs].toSorted((a, b) => a - b);
    this.#begun.set(who, begun.slice(-this.#rememberedMax));
  }

  #slot(who: string, { turn, nowMs }: Asking, writes: number) {
    // Nothing is later than this. Without the filter, writes would wait for a clock that was set back.
    const begun = (this.#begun.get(who) ?? []).filter((atMs) => atMs <= nowMs + WRITE_WAIT_MS_MAX);
    const line = (this.#lines.get(who) ?? []).filter(({ atMs }) => atMs > nowMs - PLACE_KEPT_MS);
    const own = line.find((place) => place.turn === turn);
    // A turn with a place has waited for all that were before it. The others come behind all places.
    const before = own ? [] : line.map((place) => Math.max(place.atMs, nowMs));
    const inTurnMs = Math.max(own?.atMs ?? 0, this.#pausedUntil.get(who) ?? 0);
    const freeMs = nextWriteMs([...begun, ...before], nowMs, { windows: this.#windows, writes });
    const atMs = Math.max(inTurnMs, freeMs);
    return { atMs, taken: atMs - nowMs <= WRITE_WAIT_MS_MAX, begun, line };
  }

  #wait(who: string, { turn, nowMs }: Asking, atMs: number): void {
    if (turn === null) return;
    const others = (this.#lines.get(who) ?? []).filter(
      (place) => place.turn !== turn && place.atMs > nowMs - PLACE_KEPT_MS,
    );
    if (others.length + WRITES_RESERVED > LINE_MAX) return;
    const own = Array.from({ length: WRITES_RESERVED }, () => ({ turn, atMs }));
    this.#lines.set(
      who,
      [...others, ...own].toSorted((a, b) => a.atMs - b.atMs),
    );
  }
}
