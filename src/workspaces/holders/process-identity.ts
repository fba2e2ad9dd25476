import { readFile, readlink } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { ProcessIdentity } from "./holder.ts";
import { isAlive } from "./rules/is-alive.ts";
import { parseProcessStat } from "./rules/process-stat.ts";

const BOOT_ID = "/proc/sys/kernel/random/boot_id";
const OWN_NAMESPACE = "/proc/self/ns/pid";

/** The identity of a process of this namespace, to be noted beside a lease or a lock; `null` if no process has this number. */
export async function identityOf(pid: number): Promise<ProcessIdentity | null> {
  const startTicks = await startOf(pid);
  if (startTicks === null) return null;
  const [bootId, pidNamespace] = await Promise.all([readFile(BOOT_ID, "utf8"), readlink(OWN_NAMESPACE)]);
  return { bootId: bootId.trim(), pidNamespace, pid, startTicks };
}

/** Whether a process that was noted once still lives. `unknown` for one of another container, and on a system without /proc. */
export async function lookFor(noted: ProcessIdentity): Promise<"alive" | "ended" | "unknown"> {
  try {
    const [bootId, pidNamespace] = await Promise.all([readFile(BOOT_ID, "utf8"), readlink(OWN_NAMESPACE)]);
    return isAlive(noted, { bootId: bootId.trim(), pidNamespace, startTicks: await startOf(noted.pid) });
  } catch (error) {
    if (isSystemError(error)) return "unknown";
    throw error;
  }
}

/** A zombie has ended. @throws the error of /proc, but for a process that does not exist */
async function startOf(pid: number): Promise<number | null> {
  try {
    const { startTicks, state, threads } = parseProcessStat(await readFile(`/proc/${pid}/stat`, "latin1"));
    return state === "Z" && threads < 2 ? null : startTicks;
  } catch (error) {
    if (isSystemError(error) && (error.code === "ENOENT" || error.code === "ESRCH")) return null;
    throw error;
  }
}
