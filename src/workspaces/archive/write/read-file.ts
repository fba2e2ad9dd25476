import { createHash } from "node:crypto";
import { type BigIntStats, constants } from "node:fs";
import { type FileHandle, open } from "node:fs/promises";
import { isSystemError } from "../../tree/failure.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { changed, toReadFailure } from "../failure.ts";
import type { Extents } from "../rules/listing.ts";

/** A link in its place is not followed, and a FIFO there does not block. */
const FLAGS = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
const CHUNK_BYTES = 1024 * 1024;
/** Holes are looked for in blocks of this size, which is that of most file systems. */
const BLOCK_BYTES = 4096;
const ZEROS = Buffer.alloc(BLOCK_BYTES);
/** More parts than this are not worth their place in the listing: the file is taken whole. */
const EXTENTS_MAX = 10_000;

/** What is in a file, found by reading all of it once. */
export interface FileContent {
  /** Of the bytes that are archived: of the whole file, or of its extents one after the other. */
  readonly sha256: string;
  /** The name that git has for this content, without any filter; `null` for a file with holes, which are not read. */
  readonly blob: string | null;
  /** How many bytes are archived. */
  readonly bytes: number;
  /** The bytes themselves, if they are few. */
  readonly whole: Buffer | null;
  /** The parts that are not zeros; `null` for a file without holes. */
  readonly extents: Extents | null;
}

/** A regular file of the workspace, held open; what its name leads to meanwhile does not matter. */
export class OpenFile implements AsyncDisposable {
  readonly stat: BigIntStats;
  readonly #handle: FileHandle;
  readonly #path: Buffer;

  private constructor(handle: FileHandle, { stat, path }: { stat: BigIntStats; path: Buffer }) {
    this.#handle = handle;
    this.stat = stat;
    this.#path = path;
  }

  /**
   * @param expected what `lstat` said of the name: another file there now is a change
   * @throws OrbError `archive_changed`, `archive_unreadable`
   */
  static async open(
    folder: OpenFolder,
    { name, path, expected }: { name: Buffer; path: Buffer; expected: BigIntStats },
  ): Promise<OpenFile> {
    const handle = await openQuietly(folder.at(name)).catch((error: unknown) => {
      throw toReadFailure(error, path);
    });
    const stat = await handle.stat({ bigint: true });
    if (isSame(stat, expected)) return new OpenFile(handle, { stat, path });
    await handle.close();
    throw changed(path);
  }

  get size(): number {
    return Number(this.stat.size);
  }

  /**
   * Reads all of it and says what is in it.
   *
   * @param algorithm of git's object names in this repository
   */
  async scan(algorithm: "sha1" | "sha256"): Promise<FileContent> {
    // Fewer blocks than bytes: there may be holes, or the file system compresses. Only the content decides.
    const isSparse = this.stat.blocks * 512n < this.stat.size;
    const extents = isSparse ? await this.#findExtents() : null;
    const sha256 = createHash("sha256");
    const blob = createHash(algorithm).update(`blob ${this.size}\0`);
    let bytes = 0;
    let whole: Buffer | null = this.size === 0 ? Buffer.alloc(0) : null;
    for await (const chunk of this.chunks(extents)) {
      sha256.update(chunk);
      blob.update(chunk);
      bytes += chunk.length;
      if (chunk.length === this.size) whole = chunk;
    }
    return {
      whole,
      sha256: sha256.digest("hex"),
      blob: extents === null ? blob.digest("hex") : null,
      bytes,
      extents,
    };
  }

  /** Its bytes, or those of its extents. @throws OrbError `archive_changed` if there are fewer than there were */
  async *chunks(extents: Extents | null): AsyncGenerator<Buffer, void> {
    for (const [start, length] of extents ?? [[0, this.size] as const]) {
      for (let done = 0; done < length;) {
        const buffer = Buffer.allocUnsafe(Math.min(CHUNK_BYTES, length - done));
        const { bytesRead } = await this.#handle
          .read(buffer, 0, buffer.length, start + done)
          .catch((error: unknown) => {
            throw toReadFailure(error, this.#path);
          });
        if (bytesRead === 0) throw changed(this.#path);
        yield buffer.subarray(0, bytesRead);
        done += bytesRead;
      }
    }
  }

  /** @throws OrbError `archive_changed` if it was written to since it was opened */
  async assertUnchanged(): Promise<void> {
    if (!isSame(await this.#handle.stat({ bigint: true }), this.stat)) throw changed(this.#path);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#handle.close();
  }

  async #findExtents(): Promise<Extents | null> {
    const extents: [number, number][] = [];
    let at = 0;
    for await (const chunk of this.chunks(null)) {
      for (let start = 0; start < chunk.length; start += BLOCK_BYTES) {
        const block = chunk.subarray(start, start + BLOCK_BYTES);
        if (block.equals(ZEROS.subarray(0, block.length))) continue;
        const last = extents.at(-1);
        if (last && last[0] + last[1] === at + start) last[1] += block.length;
        else if (extents.push([at + start, block.length]) > EXTENTS_MAX) return null;
      }
      at += chunk.length;
    }
    return extents;
  }
}

/** Only the owner of a file, or root, may read it without leaving a trace. */
async function openQuietly(path: Buffer): Promise<FileHandle> {
  try {
    return await open(path, FLAGS | constants.O_NOATIME);
  } catch (error) {
    if (isSystemError(error) && error.code === "EPERM") return open(path, FLAGS);
    throw error;
  }
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return (
    one.ino === other.ino &&
    one.dev === other.dev &&
    one.mode === other.mode &&
    one.size === other.size &&
    one.mtimeNs === other.mtimeNs &&
    one.ctimeNs === other.ctimeNs
  );
}
