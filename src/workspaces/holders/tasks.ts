import { readdirSync, statSync } from "node:fs";
import { readProc, readProcLink, type Unread, whyUnread } from "./proc-file.ts";
import { parseProcessStat, type ProcessStat } from "./rules/process-stat.ts";

/** A process, or a thread of it that has folders or descriptors of its own. */
export interface Task {
  /** `/proc/PID`, or `/proc/PID/task/TID`. */
  readonly dir: string;
  readonly process: ProcessStat;
  readonly mountNamespace: string;
  readonly networkNamespace: string;
  /** `null` if the path is too long for the kernel to tell. */
  readonly root: string | null;
  readonly cwd: string | null;
  /** Whether its descriptors must be read: other threads share those of the process. */
  readonly hasDescriptors: boolean;
  /** Whether its program and its mapped files must be read: once per process. */
  readonly hasMemory: boolean;
}

export type Listed =
  | { readonly tasks: readonly Task[]; readonly unread?: undefined }
  | { readonly unread: Unread; readonly process: ProcessStat | null };

/** The numbers of all processes that this one can see. */
export function listProcesses(): readonly number[] {
  return readdirSync("/proc").flatMap((name) => (/^\d+$/.test(name) ? [Number(name)] : []));
}

/**
 * The tasks of a process whose folders must be looked at. None for a kernel thread, which holds no files, nor for a process that has
 * ended and waits for its parent.
 */
export function tasksOf(pid: number): Listed {
  const dir = `/proc/${pid}`;
  const answer = readProc(`${dir}/stat`);
  if (answer.text === undefined) return { unread: answer.unread, process: null };
  const process = parseProcessStat(answer.text);
  if (process.isKernelThread) return { tasks: [] };
  const hasEnded = process.state === "Z" || process.state === "X";
  if (hasEnded && process.threads < 2) return { tasks: [] };
  const leader = hasEnded ? null : readTask(dir, process);
  if (leader && "unread" in leader) return { unread: leader.unread, process };
  if (process.threads < 2 || process.pid !== pid) return { tasks: leader ? [leader] : [] };
  return withThreads(dir, process, leader);
}

/** A first thread may have ended while others go on: then these have the memory and the descriptors. */
function withThreads(dir: string, process: ProcessStat, leader: Task | null): Listed {
  const tasks = leader ? [leader] : [];
  let count = leader ? descriptorCount(dir) : null;
  let hasMemory = leader !== null;
  for (const name of threadsOf(dir)) {
    if (leader && name === String(process.pid)) continue;
    const own = `${dir}/task/${name}`;
    const thread = readTask(own, process);
    if ("unread" in thread && thread.unread === "refused") return { unread: "refused", process };
    // A thread that ends meanwhile takes nothing along that the others do not have.
    if ("unread" in thread) continue;
    const ownCount = descriptorCount(own);
    const hasDescriptors = ownCount !== count;
    count ??= ownCount;
    if (!hasMemory || hasDescriptors || !leader || differs(thread, leader)) {
      tasks.push({ ...thread, hasDescriptors, hasMemory: !hasMemory });
    }
    hasMemory = true;
  }
  return { tasks };
}

function readTask(dir: string, process: ProcessStat): Task | { readonly unread: Unread } {
  const namespace = readProcLink(`${dir}/ns/mnt`);
  if (namespace.text === undefined) return { unread: namespace.unread === "refused" ? "refused" : "ended" };
  const network = readProcLink(`${dir}/ns/net`);
  const root = readProcLink(`${dir}/root`);
  const cwd = readProcLink(`${dir}/cwd`);
  for (const { unread } of [network, root, cwd]) {
    if (unread === "ended" || unread === "refused") return { unread };
  }
  return {
    dir,
    process,
    mountNamespace: namespace.text,
    networkNamespace: network.text ?? "",
    root: root.text ?? null,
    cwd: cwd.text ?? null,
    hasDescriptors: true,
    hasMemory: true,
  };
}

function differs(thread: Task, leader: Task): boolean {
  return (
    thread.cwd !== leader.cwd ||
    thread.root !== leader.root ||
    thread.mountNamespace !== leader.mountNamespace
  );
}

function threadsOf(dir: string): readonly string[] {
  try {
    return readdirSync(`${dir}/task`);
  } catch (error) {
    whyUnread(error);
    return [];
  }
}

/**
 * How many descriptors a task has open. Nothing in /proc says whether a thread shares them with its process; one that has its own
 * table opens and closes files in it, and then the numbers differ.
 */
function descriptorCount(dir: string): number | null {
  try {
    // Since Linux 6.2 this is the number; before, it is 0.
    return statSync(`${dir}/fd`).size || readdirSync(`${dir}/fd`).length;
  } catch (error) {
    whyUnread(error);
    return null;
  }
}
