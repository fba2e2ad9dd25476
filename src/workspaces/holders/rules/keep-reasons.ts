import type { KeepReason } from "../../keep-reason.ts";
import type { BlindCause, Holder, HolderProcess, HolderUse, KnownHolder, UnknownHolder } from "../holder.ts";

/**
 * `in_use`: by a process. `mounted`: by a mount, also of a container. `in_use_by_kernel`: by a loop device or as swap. `in_use_elsewhere`:
 * by another machine. `in_use_unknown`: nobody can tell, which counts as in use.
 */
export type HolderCode = "in_use" | "mounted" | "in_use_by_kernel" | "in_use_elsewhere" | "in_use_unknown";

const CODES: Readonly<Record<HolderUse, HolderCode>> = {
  working_folder: "in_use",
  root_folder: "in_use",
  executable: "in_use",
  open: "in_use",
  mapped: "in_use",
  socket: "in_use",
  mount_inside: "mounted",
  mounted_elsewhere: "mounted",
  overlay_layer: "mounted",
  loop_device: "in_use_by_kernel",
  swap: "in_use_by_kernel",
  left_by_server: "in_use_elsewhere",
};

/** What a holder does, after "Process 7 (node)" or "A container". */
const DOES: Readonly<Record<HolderUse, string>> = {
  working_folder: "works in",
  root_folder: "has as its root folder",
  executable: "runs",
  open: "has open",
  mapped: "has in its memory",
  socket: "listens on the socket",
  mount_inside: "Something is mounted on",
  mounted_elsewhere: "Another place, or a container, has mounted",
  overlay_layer: "An overlay file system is made of",
  loop_device: "A loop device has as its disk",
  swap: "The kernel swaps to",
  left_by_server: "A process on some machine has open what was removed from this network disk:",
};

/** Why a workspace is kept, in words for the one who has to do something about it. */
export function holderReason(holder: Holder): KeepReason<HolderCode> {
  return holder.kind === "known" ? reasonOfUse(holder) : reasonOfDoubt(holder);
}

function reasonOfUse(holder: KnownHolder): KeepReason<HolderCode> {
  const { use, process, path, count, isRemoved, locks } = holder;
  const what = path === "" ? "the workspace itself" : `\`${path}\``;
  const more = count > 1 ? ` and ${count - 1} more` : "";
  const removed = isRemoved ? ", which was removed" : "";
  const locked = locks.length > 0 ? `, with ${locks.join(", ")}` : "";
  const who = process ? `${nameOf(process)} ` : use === "socket" ? "A process " : "";
  return {
    code: CODES[use],
    reason: `${who}${DOES[use]} ${what}${more}${removed}${locked}.`,
    remedy: remedyOf(use, process),
  };
}

function remedyOf(use: HolderUse, process: HolderProcess | null): string {
  if (process) return `Let it finish, or end it: \`kill ${process.pid}\`. The bot checks again by itself.`;
  return `${REMEDIES[use] ?? "Find its process with `fuser -v` and end it."} The bot checks again by itself.`;
}

const UNMOUNT =
  "Stop the container, or unmount it: `findmnt --notruncate` lists mounts, also in the container.";
const REMEDIES: Partial<Readonly<Record<HolderUse, string>>> = {
  mount_inside: UNMOUNT,
  mounted_elsewhere: UNMOUNT,
  overlay_layer: UNMOUNT,
  loop_device: "`losetup --list` names the device; detach it with `losetup --detach`.",
  swap: "Stop it with `swapoff`.",
  left_by_server: "Find the process on the machines that have mounted this disk: `fuser -v` names it there.",
};

const CAPABILITIES =
  "Run the bot's worker as root, or with CAP_SYS_PTRACE and CAP_DAC_READ_SEARCH: systemd's `AmbientCapabilities=CAP_SYS_PTRACE CAP_DAC_READ_SEARCH`, or `docker compose --profile workspaces up`.";

/** Why it can't be told, and what to do about that. */
const DOUBTS: Readonly<
  Record<BlindCause, { readonly why: (count: number) => string; readonly remedy: string }>
> = {
  unreadable_process: {
    why: (count) =>
      `The bot may not see what ${count === 1 ? "a process of another user has" : `${count} processes of other users have`} open`,
    remedy: CAPABILITIES,
  },
  hidden_processes: {
    why: () => "/proc hides the processes of other users (`hidepid`)",
    remedy: `${CAPABILITIES} Or mount /proc without \`hidepid\`.`,
  },
  outside_container: {
    why: () => "The bot runs in a container and can't see the processes outside",
    remedy:
      "Let its worker share the host's processes: `docker compose --profile workspaces up`, `pid: host` in a Compose file of your own, `hostPID: true` in Kubernetes.",
  },
  unreadable_mounts: {
    why: (count) => `The bot may not see what is mounted in ${containers(count)}`,
    remedy: CAPABILITIES,
  },
  detached_mount: {
    why: () =>
      "A process holds a file of this disk through a mount that does not show its place any more, because one of them was detached or moved",
    remedy: "Let the process finish, or end it.",
  },
  long_path: {
    why: () => "A process has a file of this disk open whose path is longer than the kernel tells",
    remedy: "Let the process finish, or end it.",
  },
  lost_name: {
    why: () =>
      "A process writes to a file of this disk that was removed elsewhere and has another name, maybe here",
    remedy: "Let the process finish, or end it.",
  },
  exported: {
    why: () => "This machine's NFS server exports it, and other machines may use it",
    remedy: "Export another folder, or stop the export with `exportfs -u`.",
  },
  unsettled: {
    why: () => "Processes came and went so fast that not all of them were seen",
    remedy: "No action needed: the bot looks again by itself.",
  },
  moved: {
    why: () => "Another folder is at its path now",
    remedy: "No action needed: the bot looks again by itself.",
  },
  too_many_files: {
    why: () =>
      "It lies on a network disk, and has too many files to search all for those that another machine has open",
    remedy: "Remove its rebuildable folders, such as node_modules, or the workspace itself.",
  },
  scan_failed: {
    why: () => "The search for processes did not come to its end",
    remedy:
      "The bot's log has the cause. A process that waits for a broken disk or server must be ended, or its disk repaired.",
  },
  no_proc: {
    why: () => "This system has no /proc, in which the bot would see who uses files",
    remedy: "Run the bot's worker on Linux.",
  },
};

function reasonOfDoubt({ cause, process, count }: UnknownHolder): KeepReason<HolderCode> {
  const { why, remedy } = DOUBTS[cause];
  const first = process ? `, ${count > 1 ? "such as" : "namely"} ${nameOf(process).replace("P", "p")}` : "";
  return {
    code: "in_use_unknown",
    reason: `Nobody can say whether it is in use. ${why(count)}${first}.`,
    remedy,
  };
}

function nameOf({ pid, command }: HolderProcess): string {
  return `Process ${pid} (${command})`;
}

function containers(count: number): string {
  return count === 1 ? "a mount namespace" : `${count} mount namespaces`;
}
