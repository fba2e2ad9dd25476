/** So many in each window of time, and no more, whatever happens. */
export class WindowBudget {
  readonly #max: number;
  readonly #lengthMs: number;
  #beganMs = Number.NEGATIVE_INFINITY;
  #taken = 0;

  constructor({ max, lengthMs }: { readonly max: number; readonly lengthMs: number }) {
    this.#max = max;
    this.#lengthMs = lengthMs;
  }

  /** @param nowMs of a clock that does not jump back @returns whether there was one left */
  take(nowMs: number): boolean {
    if (nowMs - this.#beganMs >= this.#lengthMs) {
      this.#beganMs = nowMs;
      this.#taken = 0;
    }
    if (this.#taken >= this.#max) return false;
    this.#taken++;
    return true;
  }
}
