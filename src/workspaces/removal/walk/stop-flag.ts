/** Memory that the bot's thread shares with one that looks through a tree and has no event loop meanwhile. */
export class StopFlag {
  readonly memory: SharedArrayBuffer;
  readonly #flag: Int32Array;

  constructor(memory = new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT)) {
    this.memory = memory;
    this.#flag = new Int32Array(memory);
  }

  /** Ends the walk at its next entry. */
  readonly raise = (): void => void Atomics.store(this.#flag, 0, 1);

  get isUp(): boolean {
    return Atomics.load(this.#flag, 0) === 1;
  }
}
