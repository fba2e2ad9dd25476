import { readdirSync } from "node:fs";
import type { BlindCause, HolderProcess, HolderUse } from "./holder.ts";
import type { MountView } from "./mount-views.ts";
import type { Notes } from "./notes.ts";
import type { Places } from "./places.ts";
import { readProc, readProcLink, type Unread, whyUnread } from "./proc-file.ts";
import { parseDescriptorInfo } from "./rules/descriptor-info.ts";
import type { Found } from "./rules/folder-index.ts";
import { mappedFiles } from "./rules/mapped-files.ts";
import type { Task } from "./tasks.ts";
import type { BoundSockets } from "./unix-sockets.ts";

/** One process names the locks of this many descriptors in a workspace. */
const LOCKED_DESCRIPTORS_MAX = 16;
/** Most descriptors of this kind are of these, and none of them is a file of anybody. */
const DEVICES = new Set([
  "/dev/null",
  "/dev/zero",
  "/dev/full",
  "/dev/random",
  "/dev/urandom",
  "/dev/tty",
  "/dev/ptmx",
  "/dev/fuse",
]);
const NOTHING: readonly Found[] = [];

/** What all tasks of a scan share. */
export interface Surroundings {
  readonly places: Places;
  readonly notes: Notes;
  readonly sockets: BoundSockets;
  readonly about: (task: Task) => HolderProcess;
}

/** Notes what one task holds: its folders, program, mapped files and descriptors. */
export class References {
  readonly #task: Task;
  readonly #view: MountView;
  readonly #shared: Surroundings;
  /** Of these many descriptors in a workspace the locks were read. */
  #lockedRead = 0;
  /** How many descriptors were looked at. */
  descriptors = 0;

  constructor(task: Task, view: MountView, shared: Surroundings) {
    this.#task = task;
    this.#view = view;
    this.#shared = shared;
  }

  /** @returns why not all could be read, if so */
  note(): Unread | null {
    const { dir, cwd, root, hasDescriptors, hasMemory } = this.#task;
    this.#noteOne("working_folder", `${dir}/cwd`, cwd);
    this.#noteOne("root_folder", `${dir}/root`, root);
    const unread = hasDescriptors ? this.#noteDescriptors() : null;
    if (unread !== null || !hasMemory) return unread;
    return this.#noteProgram() ?? this.#noteMapped();
  }

  #noteProgram(): Unread | null {
    const exe = readProcLink(`${this.#task.dir}/exe`);
    // A process without a program of its own, such as one that is about to end.
    if (exe.unread === "refused") return "refused";
    if (exe.unread !== "ended") this.#noteOne("executable", `${this.#task.dir}/exe`, exe.text ?? null);
    return null;
  }

  #noteMapped(): Unread | null {
    const { dir } = this.#task;
    const maps = readProc(`${dir}/maps`);
    if (maps.text === undefined) return maps.unread === "refused" ? "refused" : null;
    if (!this.#shared.places.mayBeMapped(maps.text)) return null;
    for (const { path, range } of mappedFiles(maps.text))
      this.#noteOne("mapped", `${dir}/map_files/${range}`, path);
    return null;
  }

  #noteDescriptors(): Unread | null {
    const { dir } = this.#task;
    let names: readonly string[];
    try {
      names = readdirSync(`${dir}/fd`);
    } catch (error) {
      return whyUnread(error);
    }
    this.descriptors = names.length;
    for (const name of names) {
      const link = `${dir}/fd/${name}`;
      const { text, unread } = readProcLink(link);
      if (text === undefined) {
        if (unread === "long") this.#noteOne("open", link, null);
        else if (unread === "refused") return "refused";
        continue;
      }
      if (text.charCodeAt(0) === SLASH) this.#noteOne("open", link, text);
      else this.#noteSpecial(text);
    }
    return null;
  }

  /** @param path as the link shows it; `null` if it is too long */
  #noteOne(use: HolderUse, link: string, path: string | null): void {
    let found = path === null ? NOTHING : this.#view.index.find(path);
    if (found.length === 0) {
      if (path !== null && (DEVICES.has(path) || path.startsWith("/memfd:"))) return;
      const { places } = this.#shared;
      const isDescriptor = use === "open" && path !== null;
      const where = isDescriptor
        ? places.locateDescriptor(link, path, this.#view)
        : places.locate(link, path, this.#view);
      if (typeof where === "string") return this.#doubt(where);
      found = where;
    }
    for (const one of found) this.#use(use, one);
    if (use === "open" && found.length > 0) this.#noteLocks(link, found);
  }

  #noteLocks(link: string, found: readonly Found[]): void {
    if (this.#lockedRead++ >= LOCKED_DESCRIPTORS_MAX) return;
    const info = readProc(link.replace(/\/fd\/(\d+)$/, "/fdinfo/$1")).text;
    const locks = info === undefined ? [] : parseDescriptorInfo(info).locks;
    for (const one of found) this.#shared.notes.lock(one, "open", this.#key(), locks);
  }

  /** Of sockets only those that are bound to a path count; pipes, events and watchers keep no file. */
  #noteSpecial(text: string): void {
    const { sockets } = this.#shared;
    for (const one of sockets.find(text, this.#task.cwd, this.#view)) this.#use("socket", one);
  }

  #use(use: HolderUse, found: Found): void {
    this.#shared.notes.use(found, use, this.#key(), () => ({ process: this.#shared.about(this.#task) }));
  }

  #doubt(cause: BlindCause): void {
    this.#shared.notes.doubt(cause, { folder: null, process: this.#shared.about(this.#task) });
  }

  #key(): string {
    const { pid, startTicks } = this.#task.process;
    return `${pid} ${startTicks}`;
  }
}

const SLASH = 0x2f;
