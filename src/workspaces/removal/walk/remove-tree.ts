import { closeSync, type Dirent, unlink } from "node:fs";
import { lstat, rename, rmdir } from "node:fs/promises";
import { entryPath } from "../../tree/descriptor-path.ts";
import { isSystemError } from "../../tree/failure.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import { type FindingCode, findingOf, Findings } from "../rules/findings.ts";
import { isSubvolume } from "../rules/subvolume.ts";
import { FewAtOnce } from "./few-at-once.ts";
import type { Steering } from "./steering.ts";
import { entriesToRemove, openToEmpty, type WalkFolder } from "./walk-folder.ts";

/** Folders that are open at once. What is deeper is first moved up to the top. */
const DEPTH_MAX = 32;
/** The same where nothing can be moved up, such as on a full disk. */
const DEPTH_IN_PLACE_MAX = 256;
/** Folders that were moved up and are remembered. Any further ones are found when the top is read again. */
const LATER_MAX = 4_096;
/** A process that goes on writing into the trash can hold up a walk for so many passes over one folder. */
const PASSES_MAX = 100;
/** A process that exchanges files and folders all the time can hold up one entry for so many tries. */
const EXCHANGES_MAX = 100;
/** Files of one folder that are removed at once. */
const FILES_AT_ONCE = 4;
/** Folders that are emptied beside the first one. Together they keep Node's four threads busy, and the queue before these short. */
const BRANCHES_MAX = 3;

/** An open folder, and the way to it from the top. */
interface Around extends Pick<WalkFolder, "fd" | "dev"> {
  readonly path: Path | null;
}

interface Path {
  readonly name: Buffer;
  readonly up: Path | null;
  readonly depth: number;
}

/** `exchanged`: what has the name now is of another kind than it was. */
type Outcome = "gone" | "stays" | "exchanged";

/**
 * One walk through an open folder that removes everything in it. Each entry is named through the descriptor of its folder, links are
 * removed and never followed, and no folder of another mount is entered. Depth and size are unlimited; memory and descriptors
 * are not: what lies deeper than 32 levels is moved up to the top first, where it is as shallow as anything else.
 */
export class TreeRemover {
  /** What could not be removed; all else is gone. */
  readonly findings = new Findings();
  readonly #top: OpenFolder;
  readonly #token: string;
  readonly #own: Buffer;
  readonly #allowSubvolumes: boolean;
  readonly #steering: Steering;
  readonly #later: Buffer[] = [];
  #branches = 0;
  #serial = 0;

  /** @param token begins the names of folders that were moved up; nobody can guess it */
  constructor(
    top: OpenFolder,
    { token, allowSubvolumes, steering }: { token: string; allowSubvolumes: boolean; steering: Steering },
  ) {
    this.#top = top;
    this.#token = token;
    this.#own = Buffer.from(token);
    this.#allowSubvolumes = allowSubvolumes;
    this.#steering = steering;
  }

  /** One pass over the top. @throws OrbError `stopping`; what is not removed yet is still there then */
  async run(): Promise<void> {
    const { fd, dev } = this.#top;
    const top = { fd, dev, path: null };
    await this.#empty(top);
    // When no others are open.
    for (let name = this.#later.pop(); name; name = this.#later.pop()) await this.#remove(top, name);
  }

  /** One pass over an open folder. @returns whether something is gone that was there */
  async #empty(folder: Around): Promise<boolean> {
    const files = new FewAtOnce(FILES_AT_ONCE);
    const branches = new Set<Promise<void>>();
    const others: Buffer[] = [];
    const seen = { isLess: false };
    try {
      for await (const entry of await entriesToRemove(folder.fd)) {
        if (this.#steering.isHeld) await this.#steering.hold();
        if (this.#isMovedUp(folder, entry)) continue;
        if (entry.isDirectory()) await this.#branch(folder, entry.name, { branches, seen });
        else {
          if (files.isFull) await files.room();
          this.#unlink(folder, entry.name, { files, seen, others });
        }
      }
      await Promise.all(branches);
    } catch (error) {
      if (!isSystemError(error)) throw error;
      this.#report(findingOf(error.code), folder.path);
    } finally {
      // Their calls name the descriptor of this folder.
      await Promise.all([files.over(), Promise.allSettled(branches)]);
    }
    // What was no file after all, or was refused.
    for (const name of others) if (await this.#remove(folder, name)) seen.isLess = true;
    return seen.isLess;
  }

  /** Removes a folder, beside others if there are not too many already. */
  async #branch(
    folder: Around,
    name: Buffer,
    { branches, seen }: { branches: Set<Promise<void>>; seen: { isLess: boolean } },
  ): Promise<void> {
    const removed = this.#remove(folder, name).then((isGone) => void (seen.isLess ||= isGone));
    if (this.#branches >= BRANCHES_MAX) return removed;
    this.#branches += 1;
    const branch = removed.finally(() => {
      this.#branches -= 1;
      // One that failed stays, so that its error is seen.
      void removed.then(
        () => branches.delete(branch),
        () => undefined,
      );
    });
    branch.catch(() => undefined);
    branches.add(branch);
  }

  /** A folder that was moved up has its turn later. */
  #isMovedUp({ fd }: Around, { name }: Dirent<Buffer>): boolean {
    return fd === this.#top.fd && name.subarray(0, this.#own.length).equals(this.#own);
  }

  /** Removes a file without waiting for it. */
  #unlink(
    folder: Around,
    name: Buffer,
    { files, seen, others }: { files: FewAtOnce; seen: { isLess: boolean }; others: Buffer[] },
  ): void {
    files.begin();
    unlink(entryPath(folder.fd, name), (error) => {
      if (!error) {
        seen.isLess = true;
        this.#steering.counts.files += 1;
      } else if (others.length < LATER_MAX) others.push(name);
      files.end();
    });
  }

  /** @returns whether the entry is no longer in its folder */
  async #remove(around: Around, name: Buffer): Promise<boolean> {
    for (let tries = 0; tries < EXCHANGES_MAX; tries++) {
      if (this.#steering.isHeld) await this.#steering.hold();
      const outcome = await this.#folder(around, name);
      if (outcome === "gone") return true;
      if (outcome === "stays") return false;
      const file = await this.#file(around, name);
      if (file !== "exchanged") return file === "gone";
    }
    return this.#report("tree_changing", below(around.path, name));
  }

  async #file(around: Around, name: Buffer): Promise<Outcome> {
    const path = entryPath(around.fd, name);
    const errno = await new Promise<string | null>((resolve) =>
      unlink(path, (error) => resolve(error && (error.code ?? "EIO"))),
    );
    if (errno === "EISDIR") return "exchanged";
    if (errno === null) this.#steering.counts.files += 1;
    if (errno === null || errno === "ENOENT") return "gone";
    const owner = await lstat(path).then(
      ({ uid }) => uid,
      () => null,
    );
    return this.#refused(errno, below(around.path, name), owner);
  }

  async #folder(around: Around, name: Buffer): Promise<Outcome> {
    const folder = await openToEmpty(entryPath(around.fd, name)).catch(errnoOf);
    if (folder === "ENOENT") return "gone";
    if (folder === "ENOTDIR" || folder === "ELOOP") return "exchanged";
    const path = below(around.path, name);
    if (typeof folder === "string") return this.#refused(folder, path, null);
    try {
      if (!this.#mayEnter(folder, around, path)) return "stays";
      const passed = await this.#moveUp(around, path);
      return passed ?? (await this.#emptyAndRemove({ ...folder, path }, around));
    } finally {
      closeSync(folder.fd);
    }
  }

  async #emptyAndRemove(folder: WalkFolder & { path: Path }, around: Around): Promise<Outcome> {
    const before = this.findings.total;
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const isLess = await this.#empty(folder);
      const errno = await rmdir(entryPath(around.fd, folder.path.name)).then(() => null, errnoOf);
      if (errno === null) this.#steering.counts.folders += 1;
      if (errno === null || errno === "ENOENT") return "gone";
      if (errno === "ENOTDIR") return "exchanged";
      if (errno !== "ENOTEMPTY") return this.#refused(errno, folder.path, folder.uid);
      if (!isLess) break;
    }
    // If something inside was reported, that is why this folder stays.
    if (this.findings.total === before) this.#report("tree_changing", folder.path);
    return "stays";
  }

  #mayEnter(folder: WalkFolder, around: Around, path: Path): boolean {
    if (folder.mountId !== this.#top.mountId) return this.#report("mount_inside", path);
    if (folder.dev === around.dev) return true;
    if (!isSubvolume(folder, around)) return this.#report("other_device", path);
    return this.#allowSubvolumes || this.#report("btrfs_subvolume", path);
  }

  /** Moves a folder that is too deep up to the top. `null` if it is to be emptied where it is. */
  async #moveUp(around: Around, path: Path): Promise<Outcome | null> {
    if (path.depth <= DEPTH_MAX) return null;
    const moved = Buffer.from(`${this.#token}${this.#serial++}`);
    const errno = await rename(entryPath(around.fd, path.name), this.#top.at(moved)).then(
      () => null,
      errnoOf,
    );
    if (errno !== null) {
      // Where nothing can be moved, such as on a full disk, what is removed in place makes room.
      if (path.depth <= DEPTH_IN_PLACE_MAX) return null;
      this.#report("disk_full", path);
      return "stays";
    }
    if (this.#later.length < LATER_MAX) this.#later.push(moved);
    return "gone";
  }

  #refused(errno: string, path: Path, owner: number | null): "stays" {
    const code = findingOf(errno);
    this.#report(code, path, code === "other_owner" ? owner : null);
    return "stays";
  }

  #report(code: FindingCode, path: Path | null, owner: number | null = null): false {
    const names: string[] = [];
    for (let at = path; at; at = at.up) names.unshift(at.name.toString("latin1"));
    this.findings.add(code, Buffer.from(names.join("/"), "latin1"), owner);
    return false;
  }
}

function below(up: Path | null, name: Buffer): Path {
  return { name, up, depth: (up?.depth ?? 0) + 1 };
}

/** @returns the code of an error of the system @throws any other error */
function errnoOf(error: unknown): string {
  if (isSystemError(error)) return error.code;
  throw error;
}
