import { joinBytes } from "../../tree/join-bytes.ts";
import type { BigIntStats } from "node:fs";
import { readlink } from "node:fs/promises";
import { join as joinPath } from "node:path";
import { createHash } from "node:crypto";
import type { ArchiveLimits } from "../archive-limits.ts";
import { archiveError, changed, toReadFailure } from "../failure.ts";
import { ListingWriter } from "./listing-writer.ts";
import { FILES_NAME, LISTING_NAME, type Part } from "../manifest.ts";
import { type FileContent, OpenFile } from "./read-file.ts";
import {
  type Entry,
  type FileEntry,
  fromJsonBytes,
  inertName,
  type Original,
  split,
  toJsonBytes,
} from "../rules/listing.ts";
import { TarWriter } from "./tar-writer.ts";
import { shownPath } from "../../tree/shown-path.ts";
import type { Found } from "./walk.ts";

/** A larger file is taken whole, even if git has it too: what comes back from git passes through the memory. */
const BLOB_BYTES_MAX = 8 * 1024 * 1024;

/** Where blobs are found again: the number of a repository by the blob's name. */
export type KnownBlobs = ReadonlyMap<string, number>;

export interface ContentsOptions {
  /** The folder of the archive. */
  readonly folder: string;
  readonly limits: ArchiveLimits;
  /** How many bytes bundles take of the limit. */
  readonly bundleBytes: number;
  readonly blobs: KnownBlobs;
  /** Of git's object names. */
  readonly algorithm: "sha1" | "sha256";
}

/** Writes the listing and the tar: everything of a workspace that is not in a bundle. */
export class ContentsWriter implements AsyncDisposable {
  readonly #options: ContentsOptions;
  readonly #listing: ListingWriter;
  readonly #tar: TarWriter;
  /** The first path of each file with several names, by device and inode. */
  readonly #firstNames = new Map<string, Buffer>();
  /** In the tar, what git would obey has its other name too: people may unpack it by hand. */
  readonly #inert = new Map<string, Buffer>();
  #entries = 0;

  private constructor(listing: ListingWriter, options: ContentsOptions) {
    this.#listing = listing;
    this.#tar = new TarWriter(joinPath(options.folder, FILES_NAME));
    this.#options = options;
  }

  static async open(options: ContentsOptions): Promise<ContentsWriter> {
    return new ContentsWriter(await ListingWriter.open(joinPath(options.folder, LISTING_NAME)), options);
  }

  get counts(): Readonly<Record<string, number>> {
    return this.#listing.counts;
  }

  async add(entry: Entry): Promise<void> {
    const { entriesMax } = this.#options.limits;
    if (++this.#entries > entriesMax)
      throw tooLarge("The workspace", `has more than ${entriesMax} files and folders`);
    await this.#listing.add(entry);
  }

  /** @param isInert whether git would obey it */
  async addFound(found: Found, { isInert }: { readonly isInert: boolean }): Promise<void> {
    const { path, stat } = found;
    const original = { ...originalOf(path, stat), ...(isInert ? { inert: true as const } : {}) };
    if (isInert) this.#inert.set(path.toString("latin1"), inertName(this.#pathInTar(path)));
    if (stat.isDirectory()) return this.add({ kind: "folder", ...original });
    if (stat.isSymbolicLink()) return this.add({ kind: "link", ...original, target: await targetOf(found) });
    if (stat.isFile()) return this.#addFile(found, original);
    const type = stat.isFIFO() ? "fifo" : stat.isSocket() ? "socket" : "device";
    return this.add({ kind: "special", ...original, type });
  }

  /** A file that the archiver itself makes up. */
  async addText(original: Original, text: Buffer): Promise<void> {
    const at = await this.#tar.add(
      {
        path: fromJsonBytes(original.path),
        mode: original.mode,
        mtimeNs: BigInt(original.mtimeNs),
        bytes: text.length,
        sparse: null,
      },
      text,
    );
    const sha256 = createHash("sha256").update(text).digest("hex");
    await this.add({ kind: "file", ...original, size: text.length, sha256, held: { in: "tar", at } });
  }

  /** Brings both files to the disk. */
  async finish(): Promise<readonly Part[]> {
    return [
      { name: LISTING_NAME, ...(await this.#listing.finish()) },
      { name: FILES_NAME, ...(await this.#tar.finish()) },
    ];
  }

  /** Also after a failure: nothing of this process holds a file then. */
  async [Symbol.asyncDispose](): Promise<void> {
    await this.#tar.abandon();
    await this.#listing[Symbol.asyncDispose]();
  }

  async #addFile(found: Found, original: Original): Promise<void> {
    const { path, name, parent, stat } = found;
    const identity = `${stat.dev}:${stat.ino}`;
    const first = stat.nlink > 1n ? this.#firstNames.get(identity) : undefined;
    if (first !== undefined) return this.add({ kind: "same_file", ...original, of: toJsonBytes(first) });
    const { fileBytesMax } = this.#options.limits;
    if (stat.size > fileBytesMax) throw tooLarge(shownPath(path), `has more than ${fileBytesMax} bytes`);
    await using file = await OpenFile.open(parent, { name, path, expected: stat });
    const content = await file.scan(this.#options.algorithm);
    const held = this.#inGit(content) ?? (await this.#inTar(file, { path, content }));
    await file.assertUnchanged();
    const { sha256 } = content;
    await this.add({ kind: "file", ...original, size: file.size, sha256, held });
    if (stat.nlink > 1n) this.#firstNames.set(identity, path);
  }

  #pathInTar(path: Buffer): Buffer {
    const { folder, name } = split(path);
    return (
      this.#inert.get(path.toString("latin1")) ??
      (folder.length === 0 ? path : joinBytes(this.#pathInTar(folder), name))
    );
  }

  #inGit({ blob, bytes }: FileContent): FileEntry["held"] | null {
    const repository = blob === null || bytes > BLOB_BYTES_MAX ? undefined : this.#options.blobs.get(blob);
    return blob === null || repository === undefined ? null : { in: "git", repository, blob };
  }

  async #inTar(
    file: OpenFile,
    { path, content: { bytes, extents, sha256, whole } }: { path: Buffer; content: FileContent },
  ): Promise<FileEntry["held"]> {
    const { limits, bundleBytes } = this.#options;
    if (bundleBytes + this.#tar.bytes + bytes > limits.bytesMax) {
      throw tooLarge(shownPath(path), `would bring the archive over ${limits.bytesMax} bytes`);
    }
    const { mode, mtimeNs } = file.stat;
    const sparse = extents && { extents: [...extents], size: file.size };
    const header = { path: this.#pathInTar(path), mode: Number(mode), mtimeNs, bytes, sparse };
    const at = await this.#tar.add(header, whole ?? readAgain(file, { path, extents, sha256 }));
    return { in: "tar", at, ...(sparse && { extents: sparse.extents }) };
  }
}

/** A large file is read twice, because its hash decides whether it is needed. Both times it must be the same. */
async function* readAgain(
  file: OpenFile,
  { path, extents, sha256 }: { path: Buffer } & Pick<FileContent, "extents" | "sha256">,
): AsyncGenerator<Buffer, void> {
  const hash = createHash("sha256");
  for await (const chunk of file.chunks(extents)) {
    hash.update(chunk);
    yield chunk;
  }
  if (hash.digest("hex") !== sha256) throw changed(path);
}

export function originalOf(path: Buffer, stat: BigIntStats): Original {
  return {
    path: toJsonBytes(path),
    mode: Number(stat.mode) & 0o7777,
    uid: Number(stat.uid),
    gid: Number(stat.gid),
    mtimeNs: String(stat.mtimeNs),
  };
}

async function targetOf({ parent, name, path }: Found): Promise<ReturnType<typeof toJsonBytes>> {
  try {
    return toJsonBytes(await readlink(parent.at(name), { encoding: "buffer" }));
  } catch (error) {
    throw toReadFailure(error, path);
  }
}

function tooLarge(what: string, why: string): Error {
  return archiveError({
    code: "archive_too_large",
    reason: `${what} ${why}.`,
    remedy: "Remove what nobody needs, or push the work; then the workspace needs no archive.",
  });
}
