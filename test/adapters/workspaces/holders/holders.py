"""Holds workspaces in every way there is: one process for each kind, all children of this one.

Reads lines of JSON from stdin, {"kind": …, "path": …}, each a kind below and a workspace that is empty or made by the caller.
Answers each with a line: {"kind", "pid"} once it is held, or {"kind", "cannot": why} if this machine does not allow it.
At the end of stdin all of it ends: processes, mounts, loop devices and swap.
"""

import array
import ctypes
import fcntl
import json
import mmap
import os
import signal
import socket
import struct
import subprocess
import sys
import threading
import traceback

libc = ctypes.CDLL(None, use_errno=True)
CLONE_NEWNS, CLONE_FS, CLONE_FILES = 0x20000, 0x200, 0x400
CLONE_NEWUSER, CLONE_NEWPID, CLONE_NEWNET = 0x10000000, 0x20000000, 0x40000000
MS_BIND, MS_REC, MS_PRIVATE = 4096, 16384, 1 << 18
MNT_DETACH = 2
OUTSIDE = os.environ["ORB_OUTSIDE"]  # a folder on the same disk that is no workspace
undo = []  # what only this process can end, such as a mount that all can see


class Cannot(Exception):
    pass


def check(result, what):
    if result == -1:
        raise OSError(ctypes.get_errno(), f"{what}: {os.strerror(ctypes.get_errno())}")
    return result


def encoded(path):
    return path if path is None else os.fsencode(path)


def mount(source, target, kind=None, flags=0, data=None):
    check(libc.mount(encoded(source), encoded(target), encoded(kind), flags, encoded(data)), f"mount {target}")


def unshare(flags):
    check(libc.unshare(flags), "unshare")


def private_mounts():
    unshare(CLONE_NEWNS)
    mount("none", "/", flags=MS_REC | MS_PRIVATE)


def make(path, text="work\n"):
    os.makedirs(os.path.dirname(path), exist_ok=True)
    with open(path, "w") as file:
        file.write(text)
    return path


def outside(name):
    folder = os.path.join(OUTSIDE, name)
    os.makedirs(folder, exist_ok=True)
    return folder


def pause():
    while True:
        signal.pause()


def opened(path, flags=os.O_RDONLY):
    return os.open(path, flags)


# ---- descriptors ----


def fd_read(ws):
    opened(make(f"{ws}/src/a.ts"))


def fd_write(ws):
    opened(make(f"{ws}/src/a.ts"), os.O_WRONLY)


def fd_removed(ws):
    opened(make(f"{ws}/src/a.ts"), os.O_RDWR)
    os.unlink(f"{ws}/src/a.ts")


def fd_unnamed(ws):
    opened(ws, os.O_TMPFILE | os.O_RDWR)


def fd_folder(ws):
    os.makedirs(f"{ws}/src")
    opened(f"{ws}/src", os.O_DIRECTORY)


def fd_path_only(ws):
    opened(ws, os.O_PATH | os.O_DIRECTORY)


def fd_many(ws):
    for number in range(30):
        opened(make(f"{ws}/src/{number}"))


def fd_newline(ws):
    opened(make(f"{ws}/src/two\nlines \\012"))


def fd_no_utf8(ws):
    make(f"{ws}/src/a")
    os.open(os.fsencode(ws) + b"/src/\xff\xfe", os.O_CREAT | os.O_WRONLY)


def fd_named_deleted(ws):
    opened(make(f"{ws}/src/a (deleted)"))


def fd_through_link(ws):
    make(f"{ws}/src/a.ts")
    os.symlink(f"{ws}/src", f"{outside('links')}/to-src")
    opened(f"{OUTSIDE}/links/to-src/a.ts")


def fd_through_proc(ws):
    make(f"{ws}/src/a.ts")
    opened(f"/proc/{os.getppid()}/root{ws}/src/a.ts")


def fifo(ws):
    os.mkfifo(f"{ws}/fifo")
    opened(f"{ws}/fifo", os.O_RDWR)


def shared_table(ws):
    """A child with CLONE_FILES has the descriptors, the parent has ended."""
    opened(make(f"{ws}/a"))
    fork_and_leave()


def fork_and_leave():
    """Goes on in a child whose parent has ended."""
    if os.fork() != 0:
        os._exit(0)


def script(ws):
    make(f"{ws}/run.sh", "echo >&3\nread nothing\n")
    reader, writer = os.pipe()
    blocked, _kept = os.pipe()
    os.dup2(writer, 3)
    os.dup2(blocked, 0)
    subprocess.Popen(["sh", f"{ws}/run.sh"], pass_fds=[3], stdin=0, cwd="/")
    os.read(reader, 1)


def linked_inside_open(ws):
    make(f"{ws}/a")
    os.link(f"{ws}/a", f"{outside('hard')}/inside-open")
    opened(f"{ws}/a", os.O_RDWR)


def linked_outside_open(ws):
    make(f"{outside('hard')}/outside-open")
    os.link(f"{OUTSIDE}/hard/outside-open", f"{ws}/a")
    opened(f"{OUTSIDE}/hard/outside-open", os.O_RDWR)


def lost_name(ws):
    make(f"{outside('hard')}/lost")
    os.link(f"{OUTSIDE}/hard/lost", f"{ws}/a")
    opened(f"{OUTSIDE}/hard/lost", os.O_RDWR)
    os.unlink(f"{OUTSIDE}/hard/lost")


def link_to_outside(ws):
    make(f"{outside('files')}/target")
    os.symlink(f"{OUTSIDE}/files/target", f"{ws}/link")
    opened(f"{ws}/link", os.O_RDWR)


def neighbour(ws):
    """Of a folder whose name begins with that of the workspace."""
    opened(make(f"{ws}-2/a"))


def in_flight(ws):
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    fd = opened(make(f"{ws}/a"))
    ours.sendmsg([b"x"], [(socket.SOL_SOCKET, socket.SCM_RIGHTS, array.array("i", [fd]))])
    os.close(fd)
    keep(ours, theirs)


def io_uring(ws):
    parameters = ctypes.create_string_buffer(120)
    ring = libc.syscall(425, 4, parameters)
    if ring == -1:
        raise Cannot(f"io_uring is off: {os.strerror(ctypes.get_errno())}")
    fd = opened(make(f"{ws}/a"), os.O_RDWR)
    files = (ctypes.c_int * 1)(fd)
    check(libc.syscall(427, ring, 2, files, 1), "io_uring_register")
    os.close(fd)


# ---- memory ----


def mapped(ws, flags, prot=mmap.PROT_READ, name="a.so"):
    path = make(f"{ws}/{name}", "x" * 8192)
    fd = opened(path, os.O_RDWR)
    keep(mmap.mmap(fd, 8192, flags=flags, prot=prot))
    os.close(fd)
    for link in os.listdir("/proc/self/fd"):
        # mmap duplicates the descriptor.
        if os.path.realpath(f"/proc/self/fd/{link}") == os.path.realpath(path):
            os.close(int(link))
    return path


def mmap_shared(ws):
    mapped(ws, mmap.MAP_SHARED, mmap.PROT_READ | mmap.PROT_WRITE)


def mmap_private(ws):
    mapped(ws, mmap.MAP_PRIVATE)


def mmap_removed(ws):
    os.unlink(mapped(ws, mmap.MAP_SHARED))


def mmap_newline(ws):
    mapped(ws, mmap.MAP_SHARED, name="two\nlines.so")


def memory_copy(ws):
    with open(make(f"{ws}/a"), "rb") as file:
        os.write(os.memfd_create(f"{ws}/a"), file.read())


# ---- folders and programs ----


def cwd(ws):
    os.makedirs(f"{ws}/src")
    os.chdir(f"{ws}/src")


def cwd_itself(ws):
    os.chdir(ws)


def cwd_removed(ws):
    cwd(ws)
    os.rmdir(f"{ws}/src")


def cwd_deep(ws):
    """Its path is longer than a page."""
    os.chdir(ws)
    for _ in range(40):
        os.mkdir("d" * 200)
        os.chdir("d" * 200)


def fd_deep(ws):
    """Found only by the folder: the kernel does not say the path of the file."""
    cwd_deep(ws)
    opened(".", os.O_DIRECTORY)
    os.chdir("/")


def program(ws):
    os.makedirs(f"{ws}/bin")
    subprocess.run(["cp", os.path.realpath("/bin/sleep"), f"{ws}/bin/agent"], check=True)
    keep(subprocess.Popen([f"{ws}/bin/agent", "3600"], cwd="/"))


def chroot(ws):
    os.chroot(ws)
    os.chdir("/")


def stopped(ws):
    opened(make(f"{ws}/a"))
    child = os.fork()
    if child == 0:
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    close_own(ws)
    return child


def close_own(ws):
    """Only others hold it from now on."""
    for name in os.listdir("/proc/self/fd"):
        if is_in(ws, name):
            os.close(int(name))


def is_in(ws, name):
    try:
        return os.readlink(f"/proc/self/fd/{name}").startswith(f"{ws}/")
    except OSError:
        return False


def traced(ws):
    child = os.fork()
    if child == 0:
        os.chdir(ws)
        libc.ptrace(0, 0, None, None)
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    return child


def in_thread(work):
    """Runs something in a thread that then stays."""
    done, failed = threading.Event(), []

    def run():
        try:
            work()
        except BaseException as error:
            failed.append(error)
        done.set()
        threading.Event().wait()

    threading.Thread(target=run, daemon=True).start()
    done.wait()
    if failed:
        raise failed[0]


def thread_folder(ws):
    def work():
        unshare(CLONE_FS)
        os.chdir(ws)

    in_thread(work)


def thread_descriptors(ws):
    def work():
        unshare(CLONE_FILES)
        opened(make(f"{ws}/a"))

    in_thread(work)


def ended_leader(ws):
    """The first thread has ended, and is a zombie as long as another one goes on."""
    os.chdir(ws)
    opened(make(f"{ws}/a"))
    reader, writer = os.pipe()

    def go_on():
        os.write(writer, b"x")
        threading.Event().wait()

    child = os.fork()
    if child == 0:
        os.close(reader)
        threading.Thread(target=go_on, daemon=True).start()
        libc.syscall(60 if os.uname().machine == "x86_64" else 93, 0)  # exit, of this thread only
    os.chdir("/")
    close_own(ws)
    os.read(reader, 1)
    while " Z " not in open(f"/proc/{child}/stat").read():
        pass
    return child


# ---- locks ----


def lock_file(ws):
    return opened(make(f"{ws}/.lock"), os.O_RDWR)


def flock_shared(ws):
    fcntl.flock(lock_file(ws), fcntl.LOCK_SH)


def flock_exclusive(ws):
    fcntl.flock(opened(ws, os.O_DIRECTORY), fcntl.LOCK_EX)


def posix_read(ws):
    fcntl.lockf(lock_file(ws), fcntl.LOCK_SH)


def posix_write(ws):
    fcntl.lockf(lock_file(ws), fcntl.LOCK_EX)


def open_file_lock(ws):
    fcntl.fcntl(lock_file(ws), 37, struct.pack("hhqqi4x", fcntl.F_WRLCK, 0, 0, 0, 0))


def lease(ws):
    signal.signal(signal.SIGIO, signal.SIG_IGN)
    fcntl.fcntl(lock_file(ws), fcntl.F_SETLEASE, fcntl.F_WRLCK)


# ---- watchers ----


def inotify(ws):
    fd = check(libc.inotify_init1(0), "inotify_init1")
    check(libc.inotify_add_watch(fd, encoded(ws), 0xFFF), "inotify_add_watch")


def fanotify(ws):
    fd = check(libc.fanotify_init(0, os.O_RDONLY), "fanotify_init")
    check(libc.fanotify_mark(fd, 1, ctypes.c_uint64(0x2), -100, encoded(ws)), "fanotify_mark")


def pidfd(ws):
    os.pidfd_open(os.getpid())


# ---- sockets ----


def bound(path):
    listener = socket.socket(socket.AF_UNIX, socket.SOCK_STREAM)
    listener.bind(path)
    listener.listen()
    keep(listener)


def socket_absolute(ws):
    bound(f"{ws}/s")


def socket_relative(ws):
    os.chdir(os.path.dirname(ws))
    bound(f"{os.path.basename(ws)}/s")


def socket_through_link(ws):
    os.symlink(ws, f"{outside('links')}/to-socket")
    bound(f"{OUTSIDE}/links/to-socket/s")


def socket_other_network(ws):
    unshare(CLONE_NEWNET)
    bound(f"{ws}/s")


# ---- mounts that all can see ----


def seen_mount(source, target, kind=None, flags=0, data=None):
    mount(source, target, kind, flags, data)
    return {"undo": ["umount", "--lazy", target]}


def bind_inside(ws):
    os.makedirs(f"{ws}/sub")
    return seen_mount(outside("bound"), f"{ws}/sub", flags=MS_BIND)


def bind_elsewhere(ws):
    os.makedirs(f"{ws}/sub")
    return seen_mount(f"{ws}/sub", outside("elsewhere"), flags=MS_BIND)


def tmpfs_inside(ws):
    os.makedirs(f"{ws}/tmp")
    return seen_mount("tmpfs", f"{ws}/tmp", "tmpfs", data="size=64k")


def overlay(lower, upper, ws):
    on = outside(f"overlay-{os.path.basename(ws)}")
    for folder in [lower, upper, f"{upper}-work"]:
        os.makedirs(folder, exist_ok=True)
    try:
        return seen_mount("overlay", on, "overlay", data=f"lowerdir={lower},upperdir={upper},workdir={upper}-work")
    except OSError as error:
        raise Cannot(f"no overlay of this file system: {error}")


def scratch(name):
    """On a file system that an overlay can write to, whatever that of the workspaces is."""
    folder = outside(f"scratch-{name}")
    mount("tmpfs", folder, "tmpfs", data="size=1m")
    return folder


def overlay_lower(ws):
    folder = scratch("lower")
    done = overlay(f"{ws}/lower", f"{folder}/upper", ws)
    return {"undo": done["undo"], "also": ["umount", "--lazy", folder]}


def overlay_upper(ws):
    return overlay(outside("lower"), f"{ws}/upper", ws)


def loop_device(ws):
    with open(f"{ws}/disk.img", "wb") as image:
        image.truncate(1 << 20)
    made = subprocess.run(["losetup", "--find", "--show", f"{ws}/disk.img"], capture_output=True, text=True)
    if made.returncode != 0:
        raise Cannot(made.stderr)
    return {"undo": ["losetup", "--detach", made.stdout.strip()]}


def swap(ws):
    path = f"{ws}/swap"
    with open(path, "wb", opener=lambda name, flags: os.open(name, flags, 0o600)) as file:
        file.write(bytes(1 << 20))
        os.fsync(file.fileno())
    made = subprocess.run(f"mkswap -q {path} && swapon {path}", shell=True, capture_output=True, text=True)
    if made.returncode != 0:
        raise Cannot(made.stderr)
    return {"undo": ["swapoff", path]}


# ---- containers ----


def container_bind(ws):
    """Only the mount holds it: no descriptor, no folder."""
    make(f"{ws}/a")
    private_mounts()
    mount("tmpfs", "/mnt", "tmpfs")
    os.mkdir("/mnt/workspace")
    mount(ws, "/mnt/workspace", flags=MS_BIND)


def container_point(ws):
    """In another namespace something is mounted on it. To remove it succeeds here, without an error."""
    os.makedirs(f"{ws}/sub")
    private_mounts()
    mount("tmpfs", f"{ws}/sub", "tmpfs", data="size=64k")


def container_root(ws):
    """All workspaces are mounted under another path, and a descriptor is open through it."""
    make(f"{ws}/a")
    private_mounts()
    mount("tmpfs", "/mnt", "tmpfs")
    os.mkdir("/mnt/all")
    mount(os.path.dirname(ws), "/mnt/all", flags=MS_BIND)
    opened(f"/mnt/all/{os.path.basename(ws)}/a")


def container_pivot(ws):
    """A root of its own, as containers have it, in which the workspace is at another path."""
    private_mounts()
    mount("tmpfs", "/mnt", "tmpfs")
    for folder in ["/mnt/old", "/mnt/workspaces"]:
        os.mkdir(folder)
    mount(os.path.dirname(ws), "/mnt/workspaces", flags=MS_BIND)
    check(libc.syscall(155 if os.uname().machine == "x86_64" else 41, b"/mnt", b"/mnt/old"), "pivot_root")
    os.chdir(f"/workspaces/{os.path.basename(ws)}")
    check(libc.umount2(b"/old", MNT_DETACH), "umount2")


def container_pids(ws):
    unshare(CLONE_NEWPID)
    child = os.fork()
    if child == 0:
        os.chdir(ws)
        pause()
    while not os.readlink(f"/proc/{child}/cwd").startswith(ws):
        pass
    return child


def user_namespace(ws):
    unshare(CLONE_NEWUSER)
    opened(make(f"{ws}/a"))


def other_user(ws):
    opened(make(f"{ws}/a"), os.O_RDWR)
    os.setgid(65534)
    os.setuid(65534)


def passed_on(ws):
    """A descriptor of a container, through a mount that only exists there, has come to a process outside."""
    make(f"{ws}/a")
    ours, theirs = socket.socketpair(socket.AF_UNIX, socket.SOCK_DGRAM)
    child = os.fork()
    if child == 0:
        private_mounts()
        mount("tmpfs", "/mnt", "tmpfs")
        os.mkdir("/mnt/all")
        mount(os.path.dirname(ws), "/mnt/all", flags=MS_BIND)
        fd = opened(f"/mnt/all/{os.path.basename(ws)}/a")
        socket.send_fds(theirs, [b"x"], [fd])
        os.close(fd)
        pause()
    keep(socket.recv_fds(ours, 1, 1))


# ---- detached mounts ----


def detached(source, ws, use):
    private_mounts()
    mount("tmpfs", "/mnt", "tmpfs")
    os.mkdir("/mnt/all")
    mount(source, "/mnt/all", flags=MS_BIND)
    use("/mnt/all")
    check(libc.umount2(b"/mnt/all", MNT_DETACH), "umount2")


def detached_above(ws):
    """The mount showed all workspaces, so the way up from the folder leads over the workspace."""
    os.makedirs(f"{ws}/src")
    detached(os.path.dirname(ws), ws, lambda point: os.chdir(f"{point}/{os.path.basename(ws)}/src"))


def detached_inside(ws):
    """The mount showed a part of the workspace: from there no way leads up to it."""
    os.makedirs(f"{ws}/src")
    detached(f"{ws}/src", ws, os.chdir)


def detached_file(ws):
    make(f"{ws}/src/a")
    detached(f"{ws}/src", ws, lambda point: opened(f"{point}/a"))


def namespace_file(ws):
    """A mount namespace without a process, kept by a descriptor."""
    child = os.fork()
    if child == 0:
        private_mounts()
        os.kill(os.getpid(), signal.SIGSTOP)
        os._exit(0)
    os.waitpid(child, os.WUNTRACED)
    opened(f"/proc/{child}/ns/mnt")
    os.kill(child, signal.SIGKILL)
    os.waitpid(child, 0)


# ---- nobody ----


def nobody(ws):
    make(f"{ws}/a")
    with open(f"{ws}/a") as file:
        file.read()


kept = []


def keep(*things):
    kept.extend(things)


def start(kind, path):
    """Holds a workspace in a new process, and returns the answer for it."""
    reader, writer = os.pipe()
    child = os.fork()
    if child == 0:
        os.setsid()
        os.close(reader)
        null = os.open("/dev/null", os.O_RDWR)
        os.dup2(null, 0)
        os.dup2(null, 1)
        try:
            result = globals()[kind](path)
            answer = {"kind": kind, "pid": result if isinstance(result, int) else os.getpid()}
            if isinstance(result, dict):
                answer.update(result)
        except Cannot as error:
            answer = {"kind": kind, "cannot": str(error).strip()}
        except BaseException:
            answer = {"kind": kind, "failed": traceback.format_exc()}
        os.write(writer, json.dumps(answer).encode() + b"\n")
        os.close(writer)
        pause()
    os.close(writer)
    children.append(child)
    return reader


children = []


def end():
    for child in children:
        # Each is the leader of a session, with its own children in its group.
        try:
            os.killpg(child, signal.SIGKILL)
        except ProcessLookupError:
            pass
    try:
        while True:
            os.wait()
    except ChildProcessError:
        pass
    for command in reversed(undo):
        subprocess.run(command, check=False, stderr=subprocess.DEVNULL)


def main():
    readers = []
    libc.prctl(36, 1)  # children of children become ours
    try:
        for line in sys.stdin:
            if line.strip() == "go":
                for reader in readers:
                    answer = json.loads(os.fdopen(reader).readline() or '{"failed": "it ended"}')
                    undo.extend(answer[name] for name in ["also", "undo"] if name in answer)
                    print(json.dumps(answer), flush=True)
                readers = []
            else:
                asked = json.loads(line)
                readers.append(start(asked["kind"], asked["path"]))
    finally:
        end()


main()
