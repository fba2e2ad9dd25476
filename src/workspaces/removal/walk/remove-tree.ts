import { closeSync, lstatSync, renameSync, rmdirSync, type Stats, unlinkSync } from "node:fs";
import { entryPath } from "../../tree/descriptor-path.ts";
import { type Finding, type FindingCode, findingOf, Findings } from "../rules/findings.ts";
import { isSubvolume } from "../rules/subvolume.ts";
import { errnoOf } from "./errno-of.ts";
import { Shared } from "./shared.ts";
import { entriesOf, openToEmpty, type ThreadFolder } from "./thread-folder.ts";
import { WalkStopped } from "./walk-stopped.ts";

/** Folders that one thread has open at once. What is deeper is first moved up to the top. */
const DEPTH_MAX = 32;
/** The same where nothing can be moved up, such as on a full disk. */
const DEPTH_IN_PLACE_MAX = 256;
/** Folders that a thread has moved up and remembers. Any further ones are found when the top is read again. */
const LATER_MAX = 4_096;
/** A process that goes on writing into the trash can hold up a walk for so many passes over one folder. */
const PASSES_MAX = 100;
/** A process that exchanges files and folders all the time can hold up one entry for so many tries. */
const EXCHANGES_MAX = 100;
/** Of `st_blocks`, on every file system. https://man7.org/linux/man-pages/man3/stat.3type.html */
const BLOCK_BYTES = 512;

/** One thread's part of a removal. */
export interface RemoveTask {
  readonly kind: "remove";
  /** The open folder to empty, in this process. It stays itself. */
  readonly top: Omit<ThreadFolder, "ino">;
  /** The folder in the top to remove; `null` for everything in it. */
  readonly name: Uint8Array | null;
  /** Begins the names of folders that were moved up. Nobody can guess it. */
  readonly token: string;
  readonly lane: number;
  readonly allowSubvolumes: boolean;
  readonly memory: SharedArrayBuffer;
}

/**
 * Removes what is in an open folder, or one folder in it, with all that it contains. Each entry is named through the descriptor of
 * its folder, links are removed and never followed, and no folder of another mount is entered. Depth and size are unlimited;
 * memory and descriptors are not: what lies deeper than 32 levels is moved up to the top first, where it is as shallow as anything
 * else. In the same way another thread without work gets its next folder.
 *
 * @param handOver gives a folder of the top to another thread
 * @returns what could not be removed; all else is gone
 * @throws WalkStopped
 */
export function removeTree(task: RemoveTask, handOver: (name: Buffer) => void): readonly Finding[] {
  const remover = new TreeRemover(task, handOver);
  if (task.name === null) remover.empty(task.top);
  else remover.remove(task.top, Buffer.from(task.name));
  remover.finish();
  return remover.findings.all;
}

type Around = Pick<ThreadFolder, "fd" | "dev">;

class TreeRemover {
  readonly findings = new Findings();
  readonly #task: RemoveTask;
  readonly #shared: Shared;
  readonly #handOver: (name: Buffer) => void;
  readonly #own: Buffer;
  readonly #later: Buffer[] = [];
  /** The names of the folders that are open, from the top. */
  readonly #path: Buffer[] = [];

  constructor(task: RemoveTask, handOver: (name: Buffer) => void) {
    this.#task = task;
    this.#shared = new Shared(task.memory);
    this.#handOver = handOver;
    this.#own = Buffer.from(task.token);
  }

  /** Folders that were moved up are removed when no others are open. */
  finish(): void {
    for (let name = this.#later.pop(); name; name = this.#later.pop()) this.remove(this.#task.top, name);
  }

  /** One pass over an open folder. @returns whether something is gone that was there */
  empty(folder: Around): boolean {
    let isLess = false;
    for (const { name } of entriesOf(folder.fd)) {
      // A folder that was moved up has its turn later, or in another thread.
      if (folder.fd === this.#task.top.fd && name.subarray(0, this.#own.length).equals(this.#own)) continue;
      if (this.remove(folder, name)) isLess = true;
    }
    return isLess;
  }

  /** @returns whether the entry is no longer in its folder */
  remove(around: Around, name: Buffer): boolean {
    for (let tries = 0; tries < EXCHANGES_MAX; tries++) {
      if (this.#shared.stopped) throw new WalkStopped();
      const stat = this.#look(around, name);
      if (stat === null) return true;
      if (stat === "refused") return false;
      const outcome = stat.isDirectory() ? this.#folder(around, name, stat) : this.#file(around, name, stat);
      if (outcome !== "exchanged") return outcome === "gone";
    }
    return this.#report("tree_changing", name);
  }

  #file(around: Around, name: Buffer, stat: Stats): "gone" | "stays" | "exchanged" {
    const errno = errnoOf(() => unlinkSync(entryPath(around.fd, name)));
    if (errno === "EISDIR") return "exchanged";
    if (errno !== null && errno !== "ENOENT") return this.#refused(errno, name, stat);
    if (errno === null) this.#count("files", stat);
    return "gone";
  }

  #folder(around: Around, name: Buffer, stat: Stats): "gone" | "stays" | "exchanged" {
    let folder: ThreadFolder | undefined;
    const errno = errnoOf(() => void (folder = openToEmpty(entryPath(around.fd, name))));
    if (errno === "ENOENT") return "gone";
    if (errno === "ENOTDIR" || errno === "ELOOP") return "exchanged";
    if (!folder) return this.#refused(errno ?? "EIO", name, stat);
    this.#path.push(name);
    try {
      if (!this.#mayEnter(folder, around)) return "stays";
      const passed = this.#passOn(around, name);
      return passed ?? this.#emptyAndRemove(folder, () => rmdirSync(entryPath(around.fd, name)), stat);
    } finally {
      this.#path.pop();
      closeSync(folder.fd);
    }
  }

  #emptyAndRemove(
    folder: ThreadFolder,
    removeEmpty: () => void,
    stat: Stats,
  ): "gone" | "stays" | "exchanged" {
    const before = this.findings.total;
    for (let pass = 0; pass < PASSES_MAX; pass++) {
      const isLess = this.empty(folder);
      const errno = errnoOf(removeEmpty);
      if (errno === null) this.#count("folders", stat);
      if (errno === null || errno === "ENOENT") return "gone";
      if (errno === "ENOTDIR") return "exchanged";
      if (errno !== "ENOTEMPTY") return this.#refused(errno, EMPTY, stat);
      if (!isLess) break;
    }
    // If something inside was reported, that is why this folder stays.
    if (this.findings.total === before) this.#report("tree_changing", EMPTY);
    return "stays";
  }

  #look(around: Around, name: Buffer): Stats | null | "refused" {
    let stat: Stats | undefined;
    const errno = errnoOf(
      () => void (stat = lstatSync(entryPath(around.fd, name), { throwIfNoEntry: false })),
    );
    if (errno === null) return stat ?? null;
    this.#refused(errno, name);
    return "refused";
  }

  #mayEnter(folder: ThreadFolder, around: Around): boolean {
    if (folder.mountId !== this.#task.top.mountId) return this.#report("mount_inside", EMPTY);
    if (folder.dev === around.dev) return true;
    if (!isSubvolume(folder, around)) return this.#report("other_device", EMPTY);
    return this.#task.allowSubvolumes || this.#report("btrfs_subvolume", EMPTY);
  }

  /** Leaves the folder to another thread, or to a later turn of this one. `null` if this thread goes on with it now. */
  #passOn(around: Around, name: Buffer): "gone" | "stays" | null {
    const isDeep = this.#path.length > DEPTH_MAX;
    if (!isDeep && !this.#shared.promiseWork()) return null;
    const moved = around.fd === this.#task.top.fd ? name : this.#moveUp(around, name);
    if (moved === null) {
      if (!isDeep) this.#shared.askForWork();
      // Where nothing can be moved, such as on a full disk, what is removed in place makes room.
      if (this.#path.length <= DEPTH_IN_PLACE_MAX) return null;
      this.#report("disk_full", EMPTY);
      return "stays";
    }
    if (!isDeep) this.#handOver(moved);
    else if (this.#later.length < LATER_MAX) this.#later.push(moved);
    return "gone";
  }

  /** @returns its name in the top; `null` if the file system refuses it */
  #moveUp(around: Around, name: Buffer): Buffer | null {
    const { token, top } = this.#task;
    const moved = Buffer.from(`${token}${this.#shared.nextSerial()}`);
    const errno = errnoOf(() => renameSync(entryPath(around.fd, name), entryPath(top.fd, moved)));
    return errno === null ? moved : null;
  }

  #count(what: "files" | "folders", { nlink, blocks }: Stats): void {
    const { lane } = this.#task;
    this.#shared.add(lane, what, 1);
    if (what === "files" && nlink > 1) return;
    this.#shared.add(lane, "inodes", 1);
    this.#shared.add(lane, "bytes", blocks * BLOCK_BYTES);
  }

  #refused(errno: string, name: Buffer, stat?: Stats): "stays" {
    const code = findingOf(errno);
    this.#report(code, name, code === "other_owner" ? (stat?.uid ?? null) : null);
    return "stays";
  }

  /** @param name in the folder that is open, or `EMPTY` for that folder itself */
  #report(code: FindingCode, name: Buffer, owner: number | null = null): false {
    const names = name === EMPTY ? this.#path : [...this.#path, name];
    this.findings.add(
      code,
      Buffer.from(names.map((each) => each.toString("latin1")).join("/"), "latin1"),
      owner,
    );
    return false;
  }
}

const EMPTY = Buffer.alloc(0);
