import type { BlindCause } from "../holder.ts";
import { type Mount, optionOf } from "../../tree/rules/mount-table.ts";

/** The namespace of the processes of the whole machine: `PROC_PID_INIT_INO` of the kernel. */
export const WHOLE_MACHINE = "pid:[4026531836]";
const VISIBLE_TO_ALL = new Set(["0", "off"]);
/** https://man7.org/linux/man-pages/man7/capabilities.7.html */
const CAP_SYS_PTRACE = 19n;

/** What decides which processes this one can see at all. */
export interface Sight {
  /** Of this process, as the kernel names it. */
  readonly pidNamespace: string;
  /** `CapEff` of `/proc/self/status`. */
  readonly capabilities: string;
  /** This process's mount table. */
  readonly mounts: readonly Mount[];
  /** Whether somebody vouches that nobody outside of this container can reach the workspaces. */
  readonly isAlone: boolean;
}

/** Why this process can't see all others, whatever it reads. A process that is not listed would pass for one that does not exist. */
export function blindSpots({ pidNamespace, capabilities, mounts, isAlone }: Sight): readonly BlindCause[] {
  const proc = mounts.findLast(({ type, point }) => type === "proc" && point === "/proc");
  const hides = (proc && optionOf(proc, "hidepid")) ?? "0";
  const seesAll = ((BigInt(`0x${capabilities || "0"}`) >> CAP_SYS_PTRACE) & 1n) === 1n;
  const causes: BlindCause[] = [];
  if (pidNamespace !== WHOLE_MACHINE && !isAlone) causes.push("outside_container");
  if (!VISIBLE_TO_ALL.has(hides) && !seesAll) causes.push("hidden_processes");
  return causes;
}
