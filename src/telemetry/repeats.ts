import { LRUCache } from "lru-cache";

const EVERY_MS = 60_000;
const CAUSES_MAX = 1_000;

interface Said {
  readonly atMs: number;
  leftOut: number;
}

/**
 * Keeps a log readable while something fails all the time: a cause is logged once a minute, and the next line says how
 * many were left out. One object serves all that write to a log, so that many loops that wait for one database share a line.
 */
export class Repeats {
  readonly #said = new LRUCache<string, Said>({ max: CAUSES_MAX });

  /**
   * @param cause groups what is the same to a reader
   * @returns how many lines of the cause were left out since the last one; `null` if this one is to be left out as well
   */
  take(cause: string, nowMs: number): number | null {
    const said = this.#said.get(cause);
    // A clock that jumped back must not silence a cause.
    if (said && Math.abs(nowMs - said.atMs) < EVERY_MS) {
      said.leftOut++;
      return null;
    }
    this.#said.set(cause, { atMs: nowMs, leftOut: 0 });
    return said?.leftOut ?? 0;
  }
}
