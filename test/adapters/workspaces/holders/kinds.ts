import type { BlindCause, HolderUse } from "../../../../src/workspaces/holders/holder.ts";

/** A way to hold a workspace, which `holders.py` knows by the same name, and what must be found. */
export interface Kind {
  readonly kind: string;
  /** `null`: the workspace may be removed. */
  readonly use: HolderUse | null;
  /** For those that may be removed: why that is right. Else what is special about it. */
  readonly because: string;
  readonly locks?: readonly string[];
  readonly isRemoved?: boolean;
  readonly path?: string;
  readonly count?: number;
  /** Whether the holder is not the process that `holders.py` names, or has none. */
  readonly isOther?: boolean;
}

const held = (kind: string, use: HolderUse, because: string, more: Partial<Kind> = {}): Kind => ({
  kind,
  use,
  because,
  ...more,
});
const free = (kind: string, because: string): Kind => ({ kind, use: null, because });

export const KINDS: readonly Kind[] = [
  held("fd_read", "open", "a file that is read", { path: "src/a.ts" }),
  held("fd_write", "open", "a file that is written"),
  held("fd_removed", "open", "a removed file lives as long as it is open", {
    path: "src/a.ts",
    isRemoved: true,
  }),
  held("fd_unnamed", "open", "O_TMPFILE: a file without a name"),
  held("fd_folder", "open", "a folder by its descriptor", { path: "src" }),
  held("fd_path_only", "open", "O_PATH, of the workspace itself", { path: "" }),
  held("fd_many", "open", "thirty files are one holder", { count: 30 }),
  held("fd_newline", "open", "a name with a line feed", { path: "src/two lines \\012" }),
  held("fd_no_utf8", "open", "a name that is not UTF-8", { path: "src/\ufffd\ufffd" }),
  held("fd_named_deleted", "open", "a name that looks like that of a removed file"),
  held("fd_through_link", "open", "a link from outside leads to it", { path: "src/a.ts" }),
  held("fd_through_proc", "open", "opened over /proc/PID/root", { path: "src/a.ts" }),
  held("fd_deep", "open", "a folder whose path is longer than the kernel tells"),
  held("fifo", "open", "to look at a FIFO must not wait for its other end", { path: "fifo" }),
  held("shared_table", "open", "the parent that opened it has ended"),
  held("script", "open", "a shell keeps its script open", { path: "run.sh", isOther: true }),
  held("linked_inside_open", "open", "a hard link, opened by its name inside", { path: "a" }),
  held("mmap_shared", "mapped", "mapped and closed: writes still reach the file", { path: "a.so" }),
  held("mmap_private", "mapped", "mapped and closed, as libraries are", { path: "a.so" }),
  held("mmap_removed", "mapped", "mapped, closed and removed", { path: "a.so", isRemoved: true }),
  held("mmap_newline", "mapped", "a name that the table of mapped files writes in another way", {
    path: "two lines.so",
  }),
  held("cwd", "working_folder", "a shell in a folder", { path: "src" }),
  held("cwd_itself", "working_folder", "a shell in the workspace itself", { path: "" }),
  held("cwd_removed", "working_folder", "its folder was removed", { path: "src", isRemoved: true }),
  held("cwd_deep", "working_folder", "a path that is longer than the kernel tells"),
  held("program", "executable", "a program that runs", { path: "bin/agent", isOther: true }),
  held("chroot", "root_folder", "a process to which it is the root", { path: "" }),
  held("stopped", "open", "SIGSTOP: it does nothing, and may go on at any time"),
  held("traced", "working_folder", "stopped by a debugger"),
  held("thread_folder", "working_folder", "a thread with a folder of its own"),
  held("thread_descriptors", "open", "a thread with descriptors of its own"),
  held("ended_leader", "open", "the first thread has ended, another one goes on"),
  held("flock_shared", "open", "a lock", { locks: ["shared flock"] }),
  held("flock_exclusive", "open", "a lock of the workspace itself", { locks: ["exclusive flock"], path: "" }),
  held("posix_read", "open", "a lock", { locks: ["shared POSIX lock"] }),
  held("posix_write", "open", "a lock", { locks: ["exclusive POSIX lock"] }),
  held("open_file_lock", "open", "a lock", { locks: ["exclusive OFD lock"] }),
  held("lease", "open", "a lease of the file system", { locks: ["exclusive lease"] }),
  held("socket_absolute", "socket", "others connect to its path", { path: "s" }),
  held("socket_relative", "socket", "bound by a relative path", { path: "s" }),
  held("socket_through_link", "socket", "bound over a link from outside"),
  held("socket_other_network", "socket", "in another network namespace", { path: "s" }),
  held("bind_inside", "mount_inside", "what is mounted there is not the workspace's", {
    path: "sub",
    isOther: true,
  }),
  held("bind_elsewhere", "mounted_elsewhere", "others use it under another path", {
    path: "sub",
    isOther: true,
  }),
  held("tmpfs_inside", "mount_inside", "a file system in memory", { path: "tmp", isOther: true }),
  held("overlay_lower", "overlay_layer", "the lower layer of an overlay", { path: "lower", isOther: true }),
  held("overlay_upper", "overlay_layer", "the upper layer of an overlay", { path: "upper", isOther: true }),
  held("loop_device", "loop_device", "no process has the image open", { path: "disk.img", isOther: true }),
  held("swap", "swap", "no process has the file open", { path: "swap", isOther: true }),
  held("container_bind", "mounted_elsewhere", "mounted in a container, and nothing is open", {
    isOther: true,
  }),
  held("container_point", "mount_inside", "a mount point of another namespace", {
    path: "sub",
    isOther: true,
  }),
  held("container_root", "open", "open in a container, under another path", { path: "a" }),
  held("container_pivot", "working_folder", "a container with a root of its own", { path: "" }),
  held("container_pids", "working_folder", "a process of another pid namespace"),
  held("user_namespace", "open", "a process of another user namespace"),
  held("other_user", "open", "a process of another user, which root can read"),
  held("passed_on", "open", "opened in a container and passed to a process outside"),
  held("detached_above", "working_folder", "through a mount that was detached, found by the way up"),
  free("linked_outside_open", "opened by a name outside, which stays"),
  free("link_to_outside", "the file is outside: only a link to it is here"),
  free("neighbour", "a folder whose name begins with the same letters"),
  free("memory_copy", "a copy in memory does not need the file"),
  free("inotify", "a watcher holds nothing: it is told that the workspace is gone"),
  free("fanotify", "the same"),
  free("pidfd", "a descriptor of a process"),
  free("namespace_file", "a mount namespace in which nobody is"),
  free("in_flight", "SCM_RIGHTS: a descriptor on its way is invisible. Only a lease protects this one"),
  free("io_uring", "registered files are invisible. Only a lease protects this one"),
  free("nobody", "also an agent that sleeps without a process. Only a lease protects it"),
];

/** These make it impossible to say who uses any workspace of the disk, so each of them is tried alone. */
export const DOUBTFUL: readonly {
  readonly kind: string;
  readonly cause: BlindCause;
  readonly because: string;
}[] = [
  {
    kind: "detached_inside",
    cause: "detached_mount",
    because: "no way leads up from a detached mount of a part",
  },
  { kind: "detached_file", cause: "detached_mount", because: "a file of a detached mount" },
  {
    kind: "lost_name",
    cause: "lost_name",
    because: "a file whose last name is in a workspace, and nobody says in which",
  },
];
