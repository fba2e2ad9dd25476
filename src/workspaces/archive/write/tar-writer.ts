import { createHash } from "node:crypto";
import { createWriteStream } from "node:fs";
import { pipeline } from "node:stream/promises";
import { type Pack, pack } from "tar-stream";
import { OrbError } from "../../../errors.ts";
import type { Part } from "../manifest.ts";
import { type Sparse, sparseFields, sparseMap } from "../rules/sparse-tar.ts";

/** tar's own field for times ends there; the exact time is in the listing. */
const TAR_SECONDS_MAX = 2 ** 31 - 1;

export interface TarFile {
  /** For people who unpack the tar by hand; nothing here reads it. */
  readonly path: Buffer;
  readonly mode: number;
  readonly mtimeNs: bigint;
  /** Of the content, which are those of the extents if it is sparse. */
  readonly bytes: number;
  readonly sparse: Sparse | null;
}

/**
 * Writes `files.tar`. It holds regular files and nothing else, so it can be unpacked anywhere: no link in it can lead out.
 * The library does not carry names that are no UTF-8; the listing does, and names the files in the tar by their number.
 */
export class TarWriter {
  readonly #pack = pack();
  readonly #hash = createHash("sha256");
  readonly #written: Promise<void>;
  #bytes = 0;
  #files = 0;

  constructor(path: string) {
    this.#written = pipeline(
      this.#counted(),
      createWriteStream(path, { flags: "wx", mode: 0o600, flush: true }),
    );
    // `finish` and `add` report it; until then it must not end the process.
    this.#written.catch(() => undefined);
  }

  get bytes(): number {
    return this.#bytes;
  }

  /**
   * @param content exactly `bytes` bytes; a buffer takes less time than a stream
   * @returns the file's number
   * @throws errors of the file system, such as ENOSPC
   */
  async add(
    { path, mode, mtimeNs, bytes, sparse }: TarFile,
    content: Buffer | AsyncIterable<Buffer>,
  ): Promise<number> {
    const seconds = Math.min(TAR_SECONDS_MAX, Math.max(0, Number(mtimeNs / 1_000_000_000n)));
    const name = `files/${path.toString("utf8")}`;
    const about = { mode: mode & 0o777, mtime: new Date(seconds * 1000) };
    const map = sparse && sparseMap(sparse);
    const header = map
      ? { ...about, name: sparseName(path), size: map.length + bytes, pax: sparseFields(name, sparse) }
      : { ...about, name, size: bytes };
    const whole = map ? withMap(map, content) : content;
    try {
      if (Buffer.isBuffer(whole)) await this.#addWhole(header, whole);
      else await pipeline(whole, this.#pack.entry(header));
    } catch (error) {
      this.#pack.destroy();
      if (error instanceof OrbError) throw error;
      // What failed first, such as a full disk, is the cause; the pack only says that it was destroyed.
      await this.#written;
      throw error;
    }
    return this.#files++;
  }

  /** Ends the tar and brings it to the disk. */
  async finish(): Promise<Omit<Part, "name">> {
    this.#pack.finalize();
    await this.#written;
    return { bytes: this.#bytes, sha256: this.#hash.digest("hex") };
  }

  /** Gives up: what is on the disk is no tar. */
  async abandon(): Promise<void> {
    this.#pack.destroy();
    await this.#written.catch(() => undefined);
  }

  #addWhole(header: Parameters<Pack["entry"]>[0], content: Buffer): Promise<void> {
    return new Promise((resolve, reject) => {
      const entry = this.#pack.entry(header, content, (error) => (error ? reject(error) : resolve()));
      entry.on("error", reject);
    });
  }

  async *#counted(): AsyncGenerator<Buffer, void> {
    for await (const chunk of this.#pack as AsyncIterable<Buffer>) {
      this.#hash.update(chunk);
      this.#bytes += chunk.length;
      yield chunk;
    }
  }
}

/** What programs see that know nothing of sparse files: it shows them that this is not the file itself. */
function sparseName(path: Buffer): string {
  return `files/GNUSparseFile.0/${path.toString("utf8")}`;
}

function withMap(map: Buffer, content: Buffer | AsyncIterable<Buffer>): Buffer | AsyncIterable<Buffer> {
  return Buffer.isBuffer(content) ? Buffer.concat([map, content]) : after(map, content);
}

async function* after(map: Buffer, content: AsyncIterable<Buffer>): AsyncGenerator<Buffer, void> {
  yield map;
  yield* content;
}
