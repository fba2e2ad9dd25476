"""A small file system on fuse, as other machines' files come over a network: `fuse.py POINT`.

It holds `ws/file` and `ws/sub/.nfs0000000000abcd00000001`, which can't be removed. Says "ready" once it is mounted. While it is stopped
with SIGSTOP, whoever looks at a file hangs: nothing is cached. Its end, also by SIGKILL, lets them go on with an error.
"""

import ctypes
import errno
import os
import struct
import sys

libc = ctypes.CDLL(None, use_errno=True)
point = sys.argv[1]
device = os.open("/dev/fuse", os.O_RDWR)
options = f"fd={device},rootmode=40000,user_id=0,group_id=0,allow_other".encode()
if libc.mount(b"orb", os.fsencode(point), b"fuse.orb", 0, options) == -1:
    sys.exit(f"mount: {os.strerror(ctypes.get_errno())}")

FOLDER, FILE = 0o40755, 0o100644
LEFT = ".nfs0000000000abcd00000001"
# number of each node: mode, children
NODES = {
    1: (FOLDER, {"ws": 2}),
    2: (FOLDER, {"file": 3, "sub": 4}),
    3: (FILE, {}),
    4: (FOLDER, {LEFT: 5}),
    5: (FILE, {}),
}
CONTENT = b"content\n"


def attributes(node):
    mode, _children = NODES[node]
    size = len(CONTENT) if mode == FILE else 0
    return struct.pack("<QQQQQQIIIIIIIIII", node, size, 1, 0, 0, 0, 0, 0, 0, mode, 1, 0, 0, 0, 4096, 0)


def lookup(node, data):
    name = data.rstrip(b"\0").decode()
    child = NODES[node][1].get(name)
    if child is None:
        return errno.ENOENT
    return struct.pack("<QQQQII", child, 0, 0, 0, 0, 0) + attributes(child)


def getattr_(node, _data):
    return struct.pack("<QII", 0, 0, 0) + attributes(node)


def entries(node, data):
    _handle, offset, size = struct.unpack_from("<QQI", data)
    listed = b""
    for place, (name, child) in enumerate([(".", node), ("..", 1), *NODES[node][1].items()], 1):
        kind = NODES[child][0] >> 12
        entry = struct.pack("<QQII", child, place, len(name), kind) + name.encode()
        entry += b"\0" * (-len(entry) % 8)
        if place > offset and len(listed) + len(entry) <= size:
            listed += entry
    return listed


def init(_node, _data):
    return struct.pack("<IIIIHHIIHHIIIIII", 7, 31, 65536, 0, 12, 10, 4096, 1, 0, 0, 0, 0, 0, 0, 0, 0)


opened = lambda _node, _data: struct.pack("<QII", 0, 1, 0)  # direct io
ANSWERS = {
    1: lookup,
    3: getattr_,
    10: lambda _node, _data: errno.EBUSY,  # unlink
    14: opened,
    15: lambda _node, data: CONTENT[struct.unpack_from("<QQ", data)[1] :],
    17: lambda _node, _data: struct.pack("<QQQQQIIII24x", 100, 50, 50, 100, 50, 4096, 255, 4096, 0),
    18: lambda _node, _data: b"",
    25: lambda _node, _data: b"",
    26: init,
    27: opened,
    28: entries,
    29: lambda _node, _data: b"",
}

print("ready", flush=True)
while True:
    try:
        request = os.read(device, 1 << 20)
    except OSError as error:
        if error.errno in (errno.ENODEV, errno.EBADF):
            break
        continue
    _length, operation, unique, node = struct.unpack_from("<IIQQ", request)
    if operation in (2, 42):  # forget: no answer
        continue
    answer = ANSWERS.get(operation, lambda _node, _data: errno.ENOSYS)(node, request[40:])
    failed, body = (-answer, b"") if isinstance(answer, int) else (0, answer)
    os.write(device, struct.pack("<IiQ", 16 + len(body), failed, unique) + body)
