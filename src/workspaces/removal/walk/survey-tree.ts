import { accessSync, closeSync, constants, fstatSync, lstatSync, type Stats } from "node:fs";
import { descriptorPath, entryPath } from "../../tree/descriptor-path.ts";
import { type Finding, type FindingCode, Findings } from "../rules/findings.ts";
import { judgeEntry } from "../rules/judge-entry.ts";
import { isSubvolume } from "../rules/subvolume.ts";
import { errnoOf } from "./errno-of.ts";
import { NameStack, type Region } from "./name-stack.ts";
import { StopFlag } from "./stop-flag.ts";
import { entriesOf, openWalkFolder, type WalkFolder } from "./walk-folder.ts";
import { WalkStopped } from "./walk-stopped.ts";

/** Folders that are open at once. From a deeper one the walk goes back through `..`, and checks where it arrives. */
const OPEN_MAX = 32;
/** Of `st_blocks`, on every file system. https://man7.org/linux/man-pages/man3/stat.3type.html */
const BLOCK_BYTES = 512;

/** Files with several names that are followed. Of any further ones the bytes do not count, which is never too much. */
const LINKED_MAX = 20_000;

/** A walk that only looks. */
export interface SurveyTask {
  readonly top: Omit<WalkFolder, "uid">;
  readonly allowSubvolumes: boolean;
  readonly memory: SharedArrayBuffer;
}

/** What is in a tree, and what of it can't be removed. */
export interface Survey {
  readonly files: number;
  /** Without the top. */
  readonly folders: number;
  /** Of allocated blocks, without files that have other names outside. */
  readonly bytes: number;
  /**
   * The latest change time of an entry, in milliseconds by the clock of the file system; 0 if there is none. Nobody can set it back. Not
   * of the top, which a rename changes.
   */
  readonly newestMs: number;
  readonly findings: readonly Finding[];
}

/**
 * Looks through a tree and changes nothing in it. Memory and descriptors are bounded, whatever its depth and size. An own folder
 * that may not be read counts as empty here: it will be made readable when it is to go.
 *
 * @throws WalkStopped
 */
export function surveyTree(task: SurveyTask): Survey {
  return new TreeSurvey(task).run();
}

interface Level {
  folder: Omit<WalkFolder, "uid">;
  /** Its descriptor is closed while the walk is far below it. */
  isOpen: boolean;
  readonly name: Buffer;
  readonly stat: Stats;
  /** Folders in it that are still to be visited. A folder with more than there is room for is read several times. */
  readonly names: Region;
  pushed: number;
  left: "all" | "some" | "none";
}

class TreeSurvey {
  readonly #task: SurveyTask;
  readonly #stop: StopFlag;
  readonly #findings = new Findings();
  readonly #stack = new NameStack();
  readonly #levels: Level[] = [];
  readonly #users: { readonly self: number; readonly owner: number };
  /** Names that were seen of files with several. */
  readonly #linked = new Map<string, number>();
  #files = 0;
  #folders = 0;
  #bytes = 0;
  #newestMs = 0;

  constructor(task: SurveyTask) {
    this.#task = task;
    this.#stop = new StopFlag(task.memory);
    this.#users = { self: process.geteuid?.() ?? 0, owner: fstatSync(task.top.fd).uid };
  }

  run(): Survey {
    const { top } = this.#task;
    try {
      const stat = fstatSync(top.fd);
      this.#judge(TOP, { stat, around: stat, refusal: mayChange(descriptorPath(top.fd), stat) });
      this.#enter(top, TOP, stat);
      for (let level = this.#levels.at(-1); level; level = this.#levels.at(-1)) this.#step(level);
    } finally {
      for (const level of this.#levels) this.#close(level);
    }
    return {
      files: this.#files,
      folders: this.#folders,
      bytes: this.#bytes,
      newestMs: this.#newestMs,
      findings: this.#findings.all,
    };
  }

  #step(level: Level): void {
    const name = level.left === "all" ? null : this.#stack.take(level.names);
    if (name !== null) this.#descend(level, name);
    else if (level.left === "none") this.#ascend(level);
    else this.#read(level);
  }

  #enter(folder: Omit<WalkFolder, "uid">, name: Buffer, stat: Stats): void {
    this.#levels.push({
      folder,
      isOpen: true,
      name,
      stat,
      names: this.#stack.open(),
      pushed: 0,
      left: "all",
    });
  }

  /** The first time it judges all entries; then it only notes the folders for which there was no room. */
  #read(level: Level): void {
    const isFirst = level.left === "all";
    this.#stack.drop(level.names);
    level.left = "none";
    let folders = 0;
    for (const entry of entriesOf(level.folder.fd)) {
      if (this.#stop.isUp) throw new WalkStopped();
      if (isFirst ? !this.#look(level, entry.name) : !entry.isDirectory()) continue;
      folders += 1;
      if (folders <= level.pushed || level.left === "some") continue;
      if (this.#stack.push(level.names, entry.name)) level.pushed += 1;
      else level.left = "some";
    }
    if (level.left === "none" || level.names.end > level.names.begin) return;
    this.#report("tree_unreadable", TOP);
    level.left = "none";
  }

  /** Judges one entry. @returns whether it is a folder */
  #look(level: Level, name: Buffer): boolean {
    const path = entryPath(level.folder.fd, name);
    let stat: Stats | undefined;
    const errno = errnoOf(() => void (stat = lstatSync(path, { throwIfNoEntry: false })));
    // EACCES: the folder is an own one without the right to search it, or it has been reported.
    if (errno !== null && errno !== "EACCES") this.#report("tree_unreadable", name);
    if (!stat) return false;
    this.#judge(name, { stat, around: level.stat, refusal: mayChange(path, stat) });
    this.#newestMs = Math.max(this.#newestMs, stat.ctimeMs);
    if (stat.isDirectory()) this.#folders += 1;
    else this.#files += 1;
    if (stat.isDirectory() || this.#isLastName(stat)) this.#bytes += stat.blocks * BLOCK_BYTES;
    return stat.isDirectory();
  }

  /** Whether no other name of this file is left, in this tree or outside. */
  #isLastName({ nlink, ino, dev }: Stats): boolean {
    if (nlink === 1) return true;
    const key = `${dev} ${ino}`;
    const names = (this.#linked.get(key) ?? 0) + 1;
    if (names > 1 || this.#linked.size < LINKED_MAX) this.#linked.set(key, names);
    return names === nlink;
  }

  #judge(
    name: Buffer,
    { stat, around, refusal }: { stat: Stats; around: Stats; refusal: string | null },
  ): void {
    const facts = { name, uid: stat.uid, isFolder: stat.isDirectory(), refusal, around };
    const code = judgeEntry(facts, this.#users);
    if (code) this.#report(code, name, code === "other_owner" ? stat.uid : null);
  }

  #descend(level: Level, name: Buffer): void {
    let folder: WalkFolder | undefined;
    const errno = errnoOf(() => void (folder = openWalkFolder(entryPath(level.folder.fd, name))));
    if (!folder) {
      // EACCES: an own folder, or one that has been reported. ENOENT, ENOTDIR, ELOOP: it is no longer there.
      if (errno === "EMFILE" || errno === "ENFILE" || errno === "EIO") this.#report("tree_unreadable", name);
      return;
    }
    const code = this.#isOther(folder, level.folder);
    if (code) {
      this.#report(code, name);
      closeSync(folder.fd);
      return;
    }
    this.#enter(folder, name, fstatSync(folder.fd));
    if (this.#levels.length > OPEN_MAX) this.#close(level);
  }

  #isOther(folder: WalkFolder, around: Omit<WalkFolder, "uid">): FindingCode | null {
    if (folder.mountId !== this.#task.top.mountId) return "mount_inside";
    if (folder.dev === around.dev) return null;
    if (!isSubvolume(folder, around)) return "other_device";
    return this.#task.allowSubvolumes ? null : "btrfs_subvolume";
  }

  #ascend(level: Level): void {
    const around = this.#levels.at(-2);
    if (around && !around.isOpen && !this.#reopen(around, level)) {
      // Somebody moves folders of this tree at this moment.
      this.#report("tree_changing", TOP);
      for (const each of this.#levels.splice(0)) this.#close(each);
      return;
    }
    this.#close(level);
    this.#stack.drop(level.names);
    this.#levels.pop();
  }

  #reopen(around: Level, below: Level): boolean {
    let folder: WalkFolder | undefined;
    errnoOf(() => void (folder = openWalkFolder(Buffer.from(`${descriptorPath(below.folder.fd)}/..`))));
    if (!folder) return false;
    if (folder.ino !== around.folder.ino || folder.dev !== around.folder.dev) {
      closeSync(folder.fd);
      return false;
    }
    around.folder = folder;
    around.isOpen = true;
    return true;
  }

  #close(level: Level): void {
    if (level.isOpen && level.folder.fd !== this.#task.top.fd) closeSync(level.folder.fd);
    level.isOpen = level.folder.fd === this.#task.top.fd;
  }

  /** @param name in the folder that is open, or `TOP` for that folder itself */
  #report(code: FindingCode, name: Buffer, owner: number | null = null): void {
    const names = [...this.#levels.slice(1).map((level) => level.name), ...(name === TOP ? [] : [name])];
    this.#findings.add(
      code,
      Buffer.from(names.map((each) => each.toString("latin1")).join("/"), "latin1"),
      owner,
    );
  }
}

const TOP = Buffer.alloc(0);

/** What the kernel answers to the question whether this process may change it. Links have no mode and no flags of their own. */
function mayChange(path: Buffer | string, stat: Stats): string | null {
  if (stat.isDirectory()) return errnoOf(() => accessSync(path, constants.W_OK | constants.X_OK));
  return stat.isFile() ? errnoOf(() => accessSync(path, constants.W_OK)) : null;
}
