import { createReadStream } from "node:fs";
import { join } from "node:path";
import { extract } from "tar-stream";
import { damaged } from "../failure.ts";
import { FILES_NAME, LISTING_NAME } from "../manifest.ts";
import { type Entry, type FileEntry, fromLine } from "../rules/listing.ts";
import { isSparse, sparseMap } from "../rules/sparse-tar.ts";

/** A line has a path, which is at most as long as the depth of folders allows, and perhaps many extents. */
const LINE_BYTES_MAX = 4 * 1024 * 1024;
const LINE_FEED = 0x0a;

/** Where an archive is, and its name for people. */
export interface ArchivePlace {
  readonly folder: string;
  readonly name: string;
}

/**
 * The entries of a listing, in its order.
 *
 * @throws OrbError `archive_damaged`
 */
export async function* readListing({ folder, name }: ArchivePlace): AsyncGenerator<Entry, void> {
  let rest: Buffer = Buffer.alloc(0);
  // Not Node's own reader of lines: it takes U+2028, which a file's name may have, for the end of one.
  for await (const chunk of createReadStream(join(folder, LISTING_NAME)) as AsyncIterable<Buffer>) {
    let begin = 0;
    const text = rest.length === 0 ? chunk : Buffer.concat([rest, chunk]);
    for (let end = text.indexOf(LINE_FEED); end !== -1; end = text.indexOf(LINE_FEED, begin)) {
      yield parse(text.toString("utf8", begin, end), name);
      begin = end + 1;
    }
    rest = text.subarray(begin);
    if (rest.length > LINE_BYTES_MAX) throw damaged(name, `${LISTING_NAME} has a line that is too long`);
  }
  if (rest.length > 0) throw damaged(name, `${LISTING_NAME} has no end`);
}

function parse(line: string, name: string): Entry {
  try {
    return fromLine(line);
  } catch (error) {
    throw damaged(name, `${LISTING_NAME} has a line that is not understood`, error);
  }
}

const NO_MAP = Buffer.alloc(0);

type TarEntry = AsyncIterable<Buffer> & {
  readonly header: {
    readonly size?: number;
    readonly pax?: Readonly<Record<string, string>> | null;
  };
};

/** The files of a tar, one after the other. Their names are not used. */
export class TarFiles implements AsyncDisposable {
  readonly #place: ArchivePlace;
  readonly #extract = extract();
  readonly #entries: AsyncIterator<TarEntry>;
  #next = 0;

  constructor(place: ArchivePlace) {
    this.#place = place;
    const source = createReadStream(join(place.folder, FILES_NAME));
    source.on("error", (error) => this.#extract.destroy(error));
    source.pipe(this.#extract);
    this.#entries = this.#extract[Symbol.asyncIterator]() as unknown as AsyncIterator<TarEntry>;
  }

  /**
   * The content of the next file, which must be the one that an entry names. All of it must be read before the next call.
   *
   * @throws OrbError `archive_damaged`
   */
  async content(
    held: Extract<FileEntry["held"], { in: "tar" }>,
    { bytes, size }: { readonly bytes: number; readonly size: number },
  ): Promise<AsyncIterable<Buffer>> {
    const { done, value } = await this.#take();
    if (done === true) throw this.#damaged("has fewer files than the listing");
    const { extents } = held;
    const map = extents && isSparse(value.header.pax) ? sparseMap({ extents, size }) : NO_MAP;
    if (held.at !== this.#next++ || value.header.size !== map.length + bytes)
      throw this.#damaged("has other files than the listing");
    return map.length === 0 ? value : this.#behind(map, value);
  }

  /** The content behind the map of a sparse file, which must be that of the listing. */
  async *#behind(map: Buffer, entry: TarEntry): AsyncGenerator<Buffer, void> {
    let seen = 0;
    for await (const chunk of entry) {
      const part = chunk.subarray(0, map.length - seen);
      if (!part.equals(map.subarray(seen, seen + part.length)))
        throw this.#damaged("has a sparse file with other parts than the listing");
      seen += part.length;
      if (part.length < chunk.length) yield chunk.subarray(part.length);
    }
  }

  /** @throws OrbError `archive_damaged` if there are more files than were taken */
  async end(): Promise<void> {
    if ((await this.#take()).done !== true) throw this.#damaged("has more files than the listing");
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#extract.destroy();
  }

  async #take(): Promise<IteratorResult<TarEntry>> {
    try {
      return await this.#entries.next();
    } catch (error) {
      throw this.#damaged("is no whole tar", error);
    }
  }

  #damaged(what: string, cause?: unknown): Error {
    return damaged(this.#place.name, `${FILES_NAME} ${what}`, cause);
  }
}

/** How many bytes of a file the tar has. */
export function bytesInTar({ held, size }: FileEntry): number {
  if (held.in !== "tar" || held.extents === undefined) return size;
  return held.extents.reduce((sum, [, length]) => sum + length, 0);
}
