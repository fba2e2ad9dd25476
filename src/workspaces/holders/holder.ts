/**
 * How something uses a workspace.
 *
 * By a live process: `working_folder`, `root_folder` (chroot), `executable`, `open` (a descriptor), `mapped` (memory), `socket` (bound in it).
 * By mounts, also those of containers: `mount_inside`, `mounted_elsewhere`, `overlay_layer`. By the kernel: `loop_device`, `swap`.
 */
export type HolderUse =
  | "working_folder"
  | "root_folder"
  | "executable"
  | "open"
  | "mapped"
  | "socket"
  | "mount_inside"
  | "mounted_elsewhere"
  | "overlay_layer"
  | "loop_device"
  | "swap"
  | "left_by_server";

/**
 * Why nobody can say whether a workspace is in use.
 *
 * `unreadable_process`: a process of another user. `hidden_processes`: /proc is mounted with `hidepid`. `outside_container`: the bot is in
 * a container and can't see processes outside. `unreadable_mounts`: what is mounted in another mount namespace.
 * `detached_mount`, `long_path`, `lost_name`: a process holds a file of this disk, and its place can't be found out. `exported`: other
 * machines reach it through this one's NFS server. `unsettled`: processes came and went all the time. `moved`: another folder is at its
 * path. `too_many_files`: not all files were searched for those that another machine has open. `scan_failed`: the scan hung or
 * broke down. `no_proc`: this system has no /proc.
 */
export type BlindCause =
  | "unreadable_process"
  | "hidden_processes"
  | "outside_container"
  | "unreadable_mounts"
  | "detached_mount"
  | "long_path"
  | "lost_name"
  | "exported"
  | "unsettled"
  | "moved"
  | "too_many_files"
  | "scan_failed"
  | "no_proc";

/** What a process is, beyond its number, which another process may have later, or in another container at the same time. */
export interface ProcessIdentity {
  readonly bootId: string;
  /** As the kernel names it: `pid:[4026531836]`. */
  readonly pidNamespace: string;
  readonly pid: number;
  /** In clock ticks after the machine's start. */
  readonly startTicks: number;
}

export interface HolderProcess {
  /** `null` if only its number is known. */
  readonly identity: ProcessIdentity | null;
  readonly pid: number;
  /** What the process calls itself: safe to show, and at most 40 characters. */
  readonly command: string;
  /** The number of its user. */
  readonly userId: number | null;
}

/** Something that uses a workspace for certain. */
export interface KnownHolder {
  readonly kind: "known";
  readonly use: HolderUse;
  /** `null` for mounts and the kernel. */
  readonly process: HolderProcess | null;
  /** What it uses, below the workspace: safe to show, and bounded; `""` for the workspace itself. */
  readonly path: string;
  /** Whether that was removed, and only its holder has it. */
  readonly isRemoved: boolean;
  /** For people, such as "exclusive flock". */
  readonly locks: readonly string[];
  /** How many things it uses in this way. */
  readonly count: number;
}

/** Something that may use it: it counts as a holder. */
export interface UnknownHolder {
  readonly kind: "unknown";
  readonly cause: BlindCause;
  /** The first one that it is about. */
  readonly process: HolderProcess | null;
  /** How many processes, namespaces or files it is about. */
  readonly count: number;
}

export type Holder = KnownHolder | UnknownHolder;
