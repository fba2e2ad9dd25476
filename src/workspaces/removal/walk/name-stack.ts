/** Names that wait, of all folders on the way down. */
const BYTES_MAX = 4 * 1024 * 1024;
/** Before each name is its length, which is 255 at most. */
const LENGTH_BYTES = 1;

/** The names of one folder in a `NameStack`. */
export interface Region {
  readonly begin: number;
  next: number;
  end: number;
}

/**
 * Names of folders that a walk has still to visit, packed into one block of memory. A folder's names lie behind those of the folder
 * around it, so they are freed together when the walk leaves it. One `Buffer` for each name would take ten times as much.
 */
export class NameStack {
  readonly #bytes: Buffer;
  #end = 0;

  constructor(bytesMax = BYTES_MAX) {
    this.#bytes = Buffer.allocUnsafe(bytesMax);
  }

  /** Begins the names of the next folder. It must be dropped before the one around it gets more. */
  open(): Region {
    return { begin: this.#end, next: this.#end, end: this.#end };
  }

  /** @returns whether there was room: a folder may use half of what is left, so that those below it have some too */
  push(region: Region, name: Buffer): boolean {
    const size = LENGTH_BYTES + name.length;
    const room = this.#bytes.length - region.begin;
    const isFirst = region.end === region.begin;
    if (region.end + size > region.begin + (isFirst ? room : room / 2)) return false;
    this.#bytes.writeUInt8(name.length, region.end);
    name.copy(this.#bytes, region.end + LENGTH_BYTES);
    region.end += size;
    this.#end = region.end;
    return true;
  }

  /** The next name of this folder, or `null` after the last. */
  take(region: Region): Buffer | null {
    if (region.next === region.end) return null;
    const begin = region.next + LENGTH_BYTES;
    const end = begin + this.#bytes.readUInt8(region.next);
    region.next = end;
    return Buffer.from(this.#bytes.subarray(begin, end));
  }

  /** Frees the names of this folder, and of those below it. */
  drop(region: Region): void {
    this.#end = region.begin;
    region.next = region.begin;
    region.end = region.begin;
  }
}
