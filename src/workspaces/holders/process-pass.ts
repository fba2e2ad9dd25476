import { readlinkSync, statSync } from "node:fs";
import type { HolderProcess } from "./holder.ts";
import type { MountView, MountViews } from "./mount-views.ts";
import { type Notes, shownCommand } from "./notes.ts";
import type { Places } from "./places.ts";
import { readProc, type Unread } from "./proc-file.ts";
import { References } from "./references.ts";
import type { ProcessStat } from "./rules/process-stat.ts";
import { listProcesses, type Task, tasksOf } from "./tasks.ts";
import { BoundSockets } from "./unix-sockets.ts";

/**
 * A process that ends between the listing and its turn may have left what it held to a child that is not in the list. So the list is
 * made again until nobody new ended.
 */
const ROUNDS_MAX = 60;
/** Longer than a process needs to start another program. */
const EXEC_MS = 20;
const ROUND_MS_MAX = 50;
const NEVER = new Int32Array(new SharedArrayBuffer(Int32Array.BYTES_PER_ELEMENT));
const WAITS_FOR_DEVICE = "D";
/** The first process of the machine. Some systems let nobody read it, not even root. It starts others, and works in no workspace. */
const INIT = 1;

export interface PassNeeds {
  readonly views: MountViews;
  readonly notes: Notes;
  readonly places: Places;
  /** Not looked at. */
  readonly self: number;
  /** Whether this /proc shows all processes of the machine, and not those of a container. */
  readonly isWholeMachine: boolean;
  readonly at: (pid: number) => void;
  /** Which processes to look at; of the others only the namespaces are read. */
  readonly isMine: (pid: number) => boolean;
}

/** Looks at every process once. */
export class ProcessPass {
  readonly #places: Places;
  processes = 0;
  descriptors = 0;
  readonly #views: MountViews;
  readonly #notes: Notes;
  readonly #sockets: BoundSockets;
  readonly #at: (pid: number) => void;
  readonly #isMine: (pid: number) => boolean;
  /** Start times of the processes that were looked at, by number. */
  readonly #seen = new Map<number, number>();
  readonly #bootId = readProc("/proc/sys/kernel/random/boot_id").text?.trim() ?? "";
  readonly #self: number;
  readonly #isWholeMachine: boolean;
  /** Processes that could not be read at the first try. */
  readonly #refusedOnce = new Set<number>();
  /** Namespaces whose tables we may not read. */
  readonly #refusedNamespaces = new Set<string>();

  constructor({ views, notes, places, self, isWholeMachine, at, isMine }: PassNeeds) {
    this.#views = views;
    this.#notes = notes;
    this.#places = places;
    this.#self = self;
    this.#isWholeMachine = isWholeMachine;
    this.#at = at;
    this.#isMine = isMine;
    this.#sockets = new BoundSockets(places);
  }

  run(): void {
    // A process is listed before its children: those that came during the first round are looked at in a second one.
    this.#round();
    if (this.#refusedOnce.size > 0) pause(EXEC_MS);
    for (let round = 1; round < ROUNDS_MAX; round++) {
      if (!this.#round()) return;
      // One that is ending needs a processor for that, as this thread does.
      pause(Math.min(round, ROUND_MS_MAX));
    }
    this.#notes.doubt("unsettled", { folder: null });
  }

  /** @returns whether a process ended before it was looked at, so that another round is needed */
  #round(): boolean {
    const tasks: Task[] = [];
    let ended = false;
    for (const pid of listProcesses()) {
      if (pid === this.#self || this.#seen.has(pid)) continue;
      this.#at(pid);
      const listed = tasksOf(pid);
      if (listed.unread === undefined) {
        tasks.push(...listed.tasks);
        // A zombie and a kernel thread need no second look.
        if (listed.tasks.length === 0) this.#seen.set(pid, 0);
      } else if (listed.unread === "ended" || this.#isFirstRefusal(pid)) ended = true;
      else this.#refused(pid, listed.process);
    }
    this.#loadViews(tasks);
    // One that waits for a broken device may lock its memory: everybody else is looked at first.
    const last = Map.groupBy(tasks, ({ process }) => process.state === WAITS_FOR_DEVICE);
    for (const task of [...(last.get(false) ?? []), ...(last.get(true) ?? [])]) {
      if (this.#look(task) === "ended") ended = true;
    }
    return ended;
  }

  /** The table of a namespace is read from a process that sees all of it: one whose root is the first mount. */
  #loadViews(tasks: readonly Task[]): void {
    for (const isWhole of [true, false]) {
      for (const { mountNamespace, networkNamespace, dir, root, process } of tasks) {
        this.#sockets.load(networkNamespace, dir);
        if (this.#views.get(mountNamespace) || root === null || (root === "/") !== isWhole) continue;
        this.#at(process.pid);
        const { unread } = this.#views.load(mountNamespace, dir, root);
        if (unread !== "refused" || this.#refusedNamespaces.has(mountNamespace)) continue;
        this.#refusedNamespaces.add(mountNamespace);
        this.#notes.doubt("unreadable_mounts", { folder: null });
      }
    }
  }

  #look(task: Task): Unread | null {
    const { process, mountNamespace } = task;
    if (!this.#isMine(process.pid)) {
      this.#seen.set(process.pid, process.startTicks);
      return null;
    }
    this.#at(process.pid);
    const view: MountView | undefined = this.#views.get(mountNamespace);
    if (!view && this.#refusedNamespaces.has(mountNamespace)) {
      this.#refused(process.pid, process);
      return "refused";
    }
    // Its processes ended before one of them showed the table, or it has just moved to another namespace.
    if (!view) return "ended";
    const references = new References(task, view, {
      places: this.#places,
      notes: this.#notes,
      sockets: this.#sockets,
      about: (task) => this.#about(task.process),
    });
    const unread = references.note();
    this.descriptors += references.descriptors;
    if (unread === "ended") return unread;
    if (unread === "refused" && this.#isFirstRefusal(process.pid)) return "ended";
    if (!this.#seen.has(process.pid)) this.processes++;
    this.#seen.set(process.pid, process.startTicks);
    if (unread === "refused") this.#refused(process.pid, process);
    return unread;
  }

  /** A process that starts a program with other rights can't be read for a moment. */
  #isFirstRefusal(pid: number): boolean {
    if (this.#refusedOnce.has(pid) || (pid === INIT && this.#isWholeMachine)) return false;
    this.#refusedOnce.add(pid);
    return true;
  }

  #refused(pid: number, process: ProcessStat | null): void {
    this.#seen.set(pid, process?.startTicks ?? 0);
    if (!this.#isMine(pid) || (pid === INIT && this.#isWholeMachine)) return;
    const about = process ? this.#about(process) : { identity: null, pid, command: "?", userId: userOf(pid) };
    this.#notes.doubt("unreadable_process", { folder: null, process: about });
  }

  #about({ pid, command, startTicks }: ProcessStat): HolderProcess {
    const pidNamespace = namespaceOf(pid);
    const identity = pidNamespace === null ? null : { bootId: this.#bootId, pidNamespace, pid, startTicks };
    return { identity, pid, command: shownCommand(command), userId: userOf(pid) };
  }
}

function namespaceOf(pid: number): string | null {
  try {
    return readlinkSync(`/proc/${pid}/ns/pid`);
  } catch {
    return null;
  }
}

function userOf(pid: number): number | null {
  try {
    return statSync(`/proc/${pid}`).uid;
  } catch {
    return null;
  }
}

/** Of this thread only: nothing else runs in it. */
function pause(ms: number): void {
  Atomics.wait(NEVER, 0, 0, ms);
}
