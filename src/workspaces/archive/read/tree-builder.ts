import { joinBytes } from "../../tree/join-bytes.ts";
import { createHash } from "node:crypto";
import { constants } from "node:fs";
import { chmod, chown, lchown, link, lutimes, mkdir, open, symlink, utimes } from "node:fs/promises";
import { openBelow } from "../../git/open-below.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { damaged } from "../failure.ts";
import {
  type Entry,
  type Extents,
  type FileEntry,
  fromJsonBytes,
  inertName,
  isName,
  type Original,
  split,
} from "../rules/listing.ts";

const CREATE = constants.O_WRONLY | constants.O_CREAT | constants.O_EXCL | constants.O_NOFOLLOW;
const SET_ID = 0o6000;

/** A folder under work. Its mode and times are set when nothing more comes into it. */
interface Level {
  readonly folder: OpenFolder;
  /** In the archive. */
  readonly path: Buffer;
  /** In the restored workspace. */
  readonly restored: Buffer;
  readonly original: Original;
}

/** Called when all of a folder is there, before it gets its mode and its times. */
export type Finish = (
  folder: OpenFolder,
  of: { readonly path: Buffer; readonly uid: number; readonly gid: number },
) => Promise<void>;

/**
 * Builds a tree from entries, each folder before what is in it. Everything is created by descriptor, with new names only: no
 * entry can lead out of the top, whatever it says.
 */
export class TreeBuilder implements AsyncDisposable {
  readonly #top: OpenFolder;
  readonly #name: string;
  readonly #finish: Finish;
  readonly #levels: Level[] = [];
  /** Paths of the archive that have another name now. */
  readonly #renamed = new Map<string, Buffer>();

  /** @param name of the archive, for people */
  constructor(top: OpenFolder, { name, finish }: { readonly name: string; readonly finish: Finish }) {
    this.#top = top;
    this.#name = name;
    this.#finish = finish;
  }

  /** The folder that the last entry was, open until the next one. */
  get folder(): OpenFolder {
    return this.#levels.at(-1)?.folder ?? this.#top;
  }

  /** @param content of a file: exactly what the archive has of it */
  async add(entry: Entry, content: AsyncIterable<Buffer> | null): Promise<void> {
    const path = fromJsonBytes(entry.path);
    if (path.length === 0) return this.#begin(entry);
    const { folder, name } = split(path);
    await this.#leaveTo(folder);
    const level = this.#levels.at(-1);
    if (!level || !isName(name)) throw this.#damaged("an entry has a path that is none");
    const restored = entry.inert ? inertName(name) : name;
    if (entry.inert) this.#renamed.set(path.toString("latin1"), joinBytes(level.restored, restored));
    const at = level.folder.at(restored);
    switch (entry.kind) {
      case "folder":
      case "objects":
        await mkdir(at, { mode: 0o700 });
        this.#levels.push({
          folder: await level.folder.openFolder(restored),
          path,
          restored: joinBytes(level.restored, restored),
          original: entry,
        });
        return;
      case "file":
        return this.#file(at, entry, content);
      case "link":
        await symlink(fromJsonBytes(entry.target), at);
        if (isRoot()) await lchown(at, entry.uid, entry.gid);
        return lutimes(at, seconds(entry), seconds(entry));
      case "same_file":
        return this.#sameFile(at, fromJsonBytes(entry.of));
      case "special":
      case "left_out":
        return;
      default:
        entry satisfies never;
    }
  }

  /** Finishes all folders. */
  async end(): Promise<void> {
    while (this.#levels.length > 0) await this.#leave();
  }

  async [Symbol.asyncDispose](): Promise<void> {
    for (const { folder } of this.#levels) if (folder !== this.#top) await folder.close();
  }

  #begin(entry: Entry): void {
    if (entry.kind !== "folder" || this.#levels.length > 0)
      throw this.#damaged("it has no folder to begin with");
    const empty = Buffer.alloc(0);
    this.#levels.push({ folder: this.#top, path: empty, restored: empty, original: entry });
  }

  async #leaveTo(folder: Buffer): Promise<void> {
    while (this.#levels.length > 0 && this.#levels.at(-1)?.path.equals(folder) !== true) await this.#leave();
  }

  async #leave(): Promise<void> {
    const level = this.#levels.pop();
    if (!level) return;
    const { folder, path, original } = level;
    await this.#finish(folder, { path, uid: original.uid, gid: original.gid });
    await this.#dress(`/proc/self/fd/${folder.fd}`, original);
    if (folder !== this.#top) await folder.close();
  }

  async #file(at: Buffer, entry: FileEntry, content: AsyncIterable<Buffer> | null): Promise<void> {
    if (content === null) throw new Error("A file without content");
    const extents = (entry.held.in === "tar" ? entry.held.extents : undefined) ?? [[0, entry.size] as const];
    await using file = await open(at, CREATE, 0o600);
    const hash = createHash("sha256");
    const write = placing(extents);
    for await (const chunk of content) {
      hash.update(chunk);
      for (const [position, bytes] of write(chunk)) await file.write(bytes, 0, bytes.length, position);
    }
    if (hash.digest("hex") !== entry.sha256)
      throw this.#damaged("a file has other content than the listing says");
    await file.truncate(entry.size);
    await this.#dress(`/proc/self/fd/${file.fd}`, entry);
  }

  async #sameFile(at: Buffer, of: Buffer): Promise<void> {
    const { folder, name } = split(this.#restoredPath(of));
    const opened = folder.length === 0 ? null : await openBelow(this.#top, folder);
    if (folder.length > 0 && opened === null) throw this.#damaged("a hard link has no file");
    try {
      await link((opened ?? this.#top).at(name), at);
    } finally {
      await opened?.close();
    }
  }

  /** Where a path of the archive is now. */
  #restoredPath(path: Buffer): Buffer {
    const whole = this.#renamed.get(path.toString("latin1"));
    if (whole) return whole;
    const { folder, name } = split(path);
    return folder.length === 0 ? path : joinBytes(this.#restoredPath(folder), name);
  }

  /** Owner, mode and times, in this order: a new owner takes away the bits that let a program run as its owner. */
  async #dress(path: string, { mode, uid, gid, ...times }: Original): Promise<void> {
    await giveAway(path, { uid, gid });
    // A program that ran as its owner must not run as the bot.
    await chmod(path, isRoot() ? mode : mode & ~SET_ID);
    await utimes(path, seconds(times), seconds(times));
  }

  #damaged(what: string): Error {
    return damaged(this.#name, what);
  }
}

/** Only root can give files away; without it, what belonged to others becomes the bot's. */
export async function giveAway(
  path: Buffer | string,
  { uid, gid }: { uid: number; gid: number },
): Promise<void> {
  if (isRoot()) await chown(path, uid, gid);
}

function isRoot(): boolean {
  return process.geteuid?.() === 0;
}

/** Node takes seconds as a number, which at this size is exact to a quarter of a microsecond, and cuts off the rest. */
function seconds({ mtimeNs }: Pick<Original, "mtimeNs">): number {
  const ns = BigInt(mtimeNs);
  if (ns % 1_000_000_000n === 0n) return Number(ns / 1_000_000_000n);
  return (Number(ns / 1000n) + 0.3) / 1_000_000;
}

/** Where each byte of the extents, which come one after the other, belongs in the file. */
function placing(extents: Extents | readonly (readonly [number, number])[]) {
  let index = 0;
  let done = 0;
  return function* place(chunk: Buffer): Generator<readonly [number, Buffer], void> {
    for (let from = 0; from < chunk.length;) {
      const [start, length] = extents[index] ?? [0, 0];
      const bytes = chunk.subarray(from, from + length - done);
      if (bytes.length === 0 && index >= extents.length) return;
      if (bytes.length > 0) yield [start + done, bytes];
      from += bytes.length;
      done += bytes.length;
      if (done >= length) [index, done] = [index + 1, 0];
    }
  };
}
