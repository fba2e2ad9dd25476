import type { Dirent } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError, toTreeFailure } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { HardLinks } from "./hard-links.ts";

/** Folders that are open at the same time, one in the other. What is deeper is not looked at, and counts as not known. */
export const DEPTH_MAX = 200;
/** Entries of one folder that are asked for at the same time. */
const AT_ONCE = 16;
const BLOCK_BYTES = 512;

/** How large a folder is and when something in it last changed. */
export interface Measured {
  /** In allocated blocks, also of folders; a file with several names counts once. */
  readonly bytes: number;
  /** Of these, in files that have names elsewhere too: they are not freed when the folder goes. */
  readonly sharedBytes: number;
  readonly inodes: number;
  /** The latest change of anything in it. May be in the future, if a clock was wrong. */
  readonly newest: Date;
  /** Something could not be read, or is on another file system: there is more, and its age is not known. */
  readonly isPartial: boolean;
}

interface Limits {
  /** Aborted when the process is to end: then it throws. */
  readonly stopping?: AbortSignal;
  /** Stops at the first entry that changed after it: then only `newest` is of use. */
  readonly until?: Date;
}

/**
 * Measures a folder by descriptor: no link is followed, no other mount entered, nothing is opened but folders. Memory grows only with the
 * number of files that have several names.
 *
 * The change time of an entry counts as well as its modification time, because anybody can set the latter back. Of the folder itself only the
 * modification time counts: a rename changes the other, and the bot itself renames.
 *
 * @throws OrbError if the folder itself can't be read
 */
export async function measureFolder(folder: OpenFolder, limits: Limits = {}): Promise<Measured> {
  const measure = new Measure(folder, limits);
  const own = await stat(descriptorPath(folder.fd));
  measure.newestMs = own.mtimeMs;
  measure.bytes = own.blocks * BLOCK_BYTES;
  measure.inodes = 1;
  await measure.walk(folder, 1).catch(async (error: unknown) => {
    throw toTreeFailure(error, await folder.currentPath());
  });
  return measure.result();
}

/** The time of the first change found that is later than `since`; `null` if there is none. @throws as `measureFolder` */
export async function changedSince(
  folder: OpenFolder,
  since: Date,
  limits: Pick<Limits, "stopping"> = {},
): Promise<Date | null> {
  const { newest } = await measureFolder(folder, { ...limits, until: since });
  return newest > since ? newest : null;
}

class Measure {
  newestMs = 0;
  bytes = 0;
  inodes = 0;
  #isPartial = false;
  readonly #links = new HardLinks();
  readonly #mountId: number;
  readonly #limits: Limits;

  constructor({ mountId }: OpenFolder, limits: Limits) {
    this.#mountId = mountId;
    this.#limits = limits;
  }

  result(): Measured {
    const { newestMs, bytes, inodes } = this;
    const { sharedBytes, isFull } = this.#links;
    return {
      bytes,
      sharedBytes,
      inodes,
      newest: new Date(newestMs),
      isPartial: this.#isPartial || isFull,
    };
  }

  async walk(folder: OpenFolder, depth: number): Promise<void> {
    let batch: Dirent<Buffer>[] = [];
    for await (const entry of folder.entries()) {
      batch.push(entry);
      if (batch.length < AT_ONCE) continue;
      await this.#take(folder, batch, depth);
      batch = [];
      if (this.#isEnough()) return;
    }
    await this.#take(folder, batch, depth);
  }

  async #take(folder: OpenFolder, entries: readonly Dirent<Buffer>[], depth: number): Promise<void> {
    this.#limits.stopping?.throwIfAborted();
    const folders = await Promise.all(entries.map(({ name }) => this.#add(folder, name)));
    for (const name of folders) {
      if (name === null || this.#isEnough()) continue;
      await this.#enter(folder, name, depth);
    }
  }

  /** Adds one entry. @returns its name if it is a folder to enter */
  async #add(folder: OpenFolder, name: Buffer): Promise<Buffer | null> {
    const found = await lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
      if (!isSystemError(error)) throw error;
      // What has just gone is not missed.
      if (error.code !== "ENOENT") this.#isPartial = true;
      return null;
    });
    if (!found) return null;
    this.newestMs = Math.max(this.newestMs, Number(found.ctimeMs), Number(found.mtimeMs));
    const bytes = Number(found.blocks) * BLOCK_BYTES;
    if (found.isDirectory() || this.#links.isFirst(found, bytes)) {
      this.bytes += bytes;
      this.inodes += 1;
    }
    return found.isDirectory() ? name : null;
  }

  async #enter(folder: OpenFolder, name: Buffer, depth: number): Promise<void> {
    if (depth >= DEPTH_MAX) {
      this.#isPartial = true;
      return;
    }
    try {
      await using inner = await folder.openFolder(name);
      if (inner.mountId === this.#mountId) await this.walk(inner, depth + 1);
      else this.#isPartial = true;
    } catch (error) {
      this.#limits.stopping?.throwIfAborted();
      // It has just gone or become something else, or must not be read: in all cases the rest is measured.
      this.#isPartial = true;
      if (!isExpected(error)) throw error;
    }
  }

  #isEnough(): boolean {
    const { until } = this.#limits;
    return until !== undefined && this.newestMs > until.getTime();
  }
}

/** Failures of one folder inside: `openFolder` has named them. */
const EXPECTED: ReadonlySet<string> = new Set([
  "workspace_missing",
  "workspace_is_link",
  "workspace_unreadable",
]);

function isExpected(error: unknown): boolean {
  return isSystemError(error) || (error instanceof OrbError && EXPECTED.has(error.code));
}
