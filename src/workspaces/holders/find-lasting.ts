import { readFile, stat } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { FindOptions, Folder, HolderFinder } from "./find-holders.ts";
import type { Holder, HolderProcess } from "./holder.ts";

/** How long we wait before each further look at a workspace that only processes of our own program hold. */
const WAITS_MS = [50, 200, 500, 1_000] as const;

interface Options extends FindOptions {
  /** Throws if this process is to end. */
  readonly wait: (ms: number) => Promise<void>;
}

/**
 * Who uses a workspace for longer than a moment. Two that do not are of the bot itself: another worker on this host, which opens
 * workspaces to measure them and to see what they borrow; and a child that a worker has just made, which has all that its parent has open
 * until it becomes git. Without a further look such a moment keeps a workspace for a quarter of an hour, and is published.
 *
 * Nothing is left out: a process is only given time to let go, and what the last look sees counts. That one runs our program says only that
 * it may be ours; so agents on the same Node.js cost a moment, and are found like all others.
 */
export async function findLastingHolders(
  finder: Pick<HolderFinder, "find">,
  folder: Folder,
  { wait, ...options }: Options,
): Promise<readonly Holder[]> {
  const look = async () => (await finder.find([folder], options)).byFolder.get(folder.path) ?? [];
  let holders = await look();
  for (const ms of WAITS_MS) {
    if (holders.length === 0 || !(await areMaybeOurs(holders))) return holders;
    await wait(ms);
    holders = await look();
  }
  return holders;
}

async function areMaybeOurs(holders: readonly Holder[]): Promise<boolean> {
  for (const { kind, process: holder } of holders) {
    if (kind === "unknown" || holder === null || !(await ranOurProgram(holder))) return false;
  }
  return true;
}

/** By what the look saw: a child may have become git meanwhile. One that has ended holds nothing any more, as the next look sees. */
async function ranOurProgram({ pid, command }: HolderProcess): Promise<boolean> {
  try {
    if (command === (await readFile("/proc/self/comm", "utf8")).trim()) return true;
    const [its, ours] = await Promise.all([stat(`/proc/${pid}/exe`), stat("/proc/self/exe")]);
    return its.dev === ours.dev && its.ino === ours.ino;
  } catch (error) {
    if (!isSystemError(error)) throw error;
    return error.code === "ENOENT" || error.code === "ESRCH";
  }
}
