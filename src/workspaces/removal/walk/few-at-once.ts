/** Counts calls that are under way, so that there are few of them at once. Cheaper than a promise for each call. */
export class FewAtOnce {
  readonly #max: number;
  #count = 0;
  #free: (() => void) | null = null;
  #none: (() => void) | null = null;

  constructor(max: number) {
    this.#max = max;
  }

  begin(): void {
    this.#count += 1;
  }

  end(): void {
    this.#count -= 1;
    if (this.#count < this.#max) this.#free?.();
    if (this.#count === 0) this.#none?.();
  }

  get isFull(): boolean {
    return this.#count >= this.#max;
  }

  /** Resolves when there is room for one more. Only one may wait. */
  async room(): Promise<void> {
    await new Promise<void>((resolve) => (this.#free = resolve));
    this.#free = null;
  }

  /** Resolves when none is under way any more. Only one may wait. */
  async over(): Promise<void> {
    if (this.#count === 0) return;
    await new Promise<void>((resolve) => (this.#none = resolve));
    this.#none = null;
  }
}
