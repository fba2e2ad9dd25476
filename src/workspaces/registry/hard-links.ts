import type { BigIntStats } from "node:fs";

/** Files with several names that are remembered in one measurement. */
const FILES_MAX = 500_000;

/** Counts each file once, however many names it has in a folder. */
export class HardLinks {
  /** By inode: names that were not seen yet, and the allocated bytes. All are on one mount. */
  readonly #files = new Map<bigint, { unseen: number; readonly bytes: number }>();
  /** There were more files than are remembered: some may have counted twice. */
  isFull = false;

  /** Whether this is the first name of the file that was seen. */
  isFirst({ ino, nlink }: Pick<BigIntStats, "ino" | "nlink">, bytes: number): boolean {
    if (nlink <= 1n) return true;
    const known = this.#files.get(ino);
    if (known) {
      known.unseen -= 1;
      return false;
    }
    if (this.#files.size < FILES_MAX) this.#files.set(ino, { unseen: Number(nlink) - 1, bytes });
    else this.isFull = true;
    return true;
  }

  /** The bytes of files of which a name was not seen, so that it is elsewhere. */
  get sharedBytes(): number {
    return [...this.#files.values()].reduce((sum, { unseen, bytes }) => sum + (unseen > 0 ? bytes : 0), 0);
  }
}
