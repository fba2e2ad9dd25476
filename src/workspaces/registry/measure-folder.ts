import type { Dirent } from "node:fs";
import { lstat, stat } from "node:fs/promises";
import { OrbError } from "../../errors.ts";
import { descriptorPath } from "../tree/descriptor-path.ts";
import { isSystemError, toTreeFailure } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { isRebuildableFolder } from "../keep/rules/rebuildable.ts";
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
  /** Of both, in folders that a command makes again, by their names: what a full disk may get back first. */
  readonly rebuildable: { readonly bytes: number; readonly inodes: number };
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
  // In whole milliseconds, as all other times: a fraction would be later than the same time that was stored.
  measure.newestMs = Math.floor(own.mtimeMs);
  measure.bytes = own.blocks * BLOCK_BYTES;
  measure.inodes = 1;
  await measure.walk(folder, { depth: 1, kind: "work" }).catch(async (error: unknown) => {
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

/** Where an entry is. Git's own folders have branches and tags of any name in them. */
type Kind = "work" | "git" | "rebuildable";

interface Here {
  readonly depth: number;
  readonly kind: Kind;
}

function kindInside(around: Kind, name: Buffer): Kind {
  if (around !== "work") return around;
  if (name.equals(GIT)) return "git";
  return isRebuildableFolder(name) ? "rebuildable" : "work";
}

const GIT = Buffer.from(".git");

class Measure {
  newestMs = 0;
  bytes = 0;
  inodes = 0;
  readonly #rebuildable = { bytes: 0, inodes: 0 };
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
      rebuildable: this.#rebuildable,
      newest: new Date(newestMs),
      isPartial: this.#isPartial || isFull,
    };
  }

  async walk(folder: OpenFolder, here: Here): Promise<void> {
    let batch: Dirent<Buffer>[] = [];
    for await (const entry of folder.entries()) {
      batch.push(entry);
      if (batch.length < AT_ONCE) continue;
      await this.#take(folder, batch, here);
      batch = [];
      if (this.#isEnough()) return;
    }
    await this.#take(folder, batch, here);
  }

  async #take(folder: OpenFolder, entries: readonly Dirent<Buffer>[], here: Here): Promise<void> {
    this.#limits.stopping?.throwIfAborted();
    const folders = await Promise.all(entries.map(({ name }) => this.#add(folder, name, here.kind)));
    for (const name of folders) {
      if (name === null || this.#isEnough()) continue;
      await this.#enter(folder, name, here);
    }
  }

  /** Adds one entry. @returns its name if it is a folder to enter */
  async #add(folder: OpenFolder, name: Buffer, around: Kind): Promise<Buffer | null> {
    const found = await lstat(folder.at(name), { bigint: true }).catch((error: unknown) => {
      if (!isSystemError(error)) throw error;
      // What has just gone is not missed.
      if (error.code !== "ENOENT") this.#isPartial = true;
      return null;
    });
    if (!found) return null;
    this.newestMs = Math.max(this.newestMs, Number(found.ctimeMs), Number(found.mtimeMs));
    const bytes = Number(found.blocks) * BLOCK_BYTES;
    const isFolder = found.isDirectory();
    if (isFolder || this.#links.isFirst(found, bytes)) {
      this.bytes += bytes;
      this.inodes += 1;
      if ((isFolder ? kindInside(around, name) : around) === "rebuildable") {
        this.#rebuildable.bytes += bytes;
        this.#rebuildable.inodes += 1;
      }
    }
    return isFolder ? name : null;
  }

  async #enter(folder: OpenFolder, name: Buffer, { depth, kind }: Here): Promise<void> {
    if (depth >= DEPTH_MAX) {
      this.#isPartial = true;
      return;
    }
    try {
      await using inner = await folder.openFolder(name);
      if (inner.mountId === this.#mountId)
        await this.walk(inner, { depth: depth + 1, kind: kindInside(kind, name) });
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
