/** Threads that remove one tree together. More would only wait for each other in the kernel. */
export const LANES = 2;

const FLAGS = 4;
const FLAG_BYTES = Int32Array.BYTES_PER_ELEMENT * FLAGS;
const [PAUSED, STOPPED, HUNGRY, SERIAL] = [0, 1, 2, 3];
const COUNTS = ["files", "folders", "bytes", "inodes"] as const;

/** What has been removed so far. `bytes` are those of blocks whose last name is gone; a file with other names gives back nothing. */
export type Counts = Record<(typeof COUNTS)[number], number>;

/**
 * The memory that the bot's thread shares with those that walk a tree: switches for them, and their counts. Nothing has to be sent,
 * so a thread needs no event loop while it works.
 */
export class Shared {
  readonly memory: SharedArrayBuffer;
  readonly #flags: Int32Array;
  readonly #counts: Float64Array;

  constructor(
    memory = new SharedArrayBuffer(FLAG_BYTES + LANES * COUNTS.length * Float64Array.BYTES_PER_ELEMENT),
  ) {
    this.memory = memory;
    this.#flags = new Int32Array(memory, 0, FLAGS);
    this.#counts = new Float64Array(memory, FLAG_BYTES);
  }

  /** The threads rest at their next entry, and use no processor until this is false again. */
  set paused(paused: boolean) {
    Atomics.store(this.#flags, PAUSED, paused ? 1 : 0);
    if (!paused) Atomics.notify(this.#flags, PAUSED);
  }

  /** Ends the walk at the next entry of each thread, also of one that rests. */
  stop(): void {
    Atomics.store(this.#flags, STOPPED, 1);
    this.paused = false;
  }

  /** For threads: rests while the walk is paused. Blocks the thread. */
  get stopped(): boolean {
    while (Atomics.load(this.#flags, PAUSED) === 1) Atomics.wait(this.#flags, PAUSED, 1);
    return Atomics.load(this.#flags, STOPPED) === 1;
  }

  /** One more thread has nothing to do. */
  askForWork(): void {
    Atomics.add(this.#flags, HUNGRY, 1);
  }

  /** Nobody waits for a folder any more. */
  noWorkWanted(): void {
    Atomics.store(this.#flags, HUNGRY, 0);
  }

  /** Whether a thread has nothing to do; if so, the caller must give it a folder. */
  promiseWork(): boolean {
    const hungry = Atomics.load(this.#flags, HUNGRY);
    return hungry > 0 && Atomics.compareExchange(this.#flags, HUNGRY, hungry, hungry - 1) === hungry;
  }

  /** A number that no other call on this memory returns. */
  nextSerial(): number {
    return Atomics.add(this.#flags, SERIAL, 1);
  }

  /** Each lane has counts of its own, so nobody waits to add to them. */
  add(lane: number, what: keyof Counts, amount: number): void {
    const at = lane * COUNTS.length + COUNTS.indexOf(what);
    this.#counts[at] = (this.#counts[at] ?? 0) + amount;
  }

  /** The sum over all lanes. It may be a moment old. */
  get counts(): Counts {
    const sum = (what: keyof Counts) => {
      const places = Array.from({ length: LANES }, (_, lane) => lane * COUNTS.length + COUNTS.indexOf(what));
      return places.reduce((total, at) => total + (this.#counts[at] ?? 0), 0);
    };
    return { files: sum("files"), folders: sum("folders"), bytes: sum("bytes"), inodes: sum("inodes") };
  }
}
