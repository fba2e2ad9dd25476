import { execFileSync } from "node:child_process";
import { chmodSync, linkSync, mkdirSync, symlinkSync, truncateSync, writeFileSync } from "node:fs";
import { join } from "node:path";

const SPARSE_BYTES = 2 ** 40;
const LINKS = 200;

/** Names that are no UTF-8, look like options or shells, or are as long as a name can be. */
const NAMES = [
  Buffer.from([0xff, 0xfe]),
  Buffer.from([0xc3, 0x28, 0x0a, 0xff]),
  Buffer.from("-rf"),
  Buffer.from("--no-preserve-root"),
  Buffer.from("new\nline"),
  Buffer.from("*"),
  Buffer.from("$(reboot)"),
  Buffer.from(" "),
  Buffer.from("... "),
  Buffer.from("\\"),
  Buffer.alloc(255, "n"),
  Buffer.alloc(255, 0xfe),
];

/** Fills a folder with everything that a file system can hold and that removers have stumbled over. */
export function fillWithHostileThings(workspace: string, outside: string): void {
  const folder = Buffer.from(`${workspace}/`);
  for (const name of NAMES) {
    writeFileSync(Buffer.concat([folder, name]), "content");
    const inner = Buffer.concat([folder, Buffer.from("folders-"), name.subarray(0, 240)]);
    mkdirSync(inner);
    writeFileSync(Buffer.concat([inner, Buffer.from("/"), name]), "content");
  }
  mkdirSync(join(workspace, "links"));
  const targets = [
    "/etc",
    "/",
    "..",
    ".",
    "../..",
    outside,
    join(outside, "canary"),
    "/proc/self/fd",
    "self",
    "/nowhere",
  ];
  for (let index = 0; index < LINKS; index++)
    symlinkSync(targets[index % targets.length] ?? "/etc", join(workspace, "links", `link-${index}`));
  symlinkSync("self", join(workspace, "self"));
  linkSync(join(outside, "hard-linked"), join(workspace, "hard-link"));
  execFileSync("mkfifo", [join(workspace, "fifo")]);
  execFileSync("mknod", [join(workspace, "null"), "c", "1", "3"]);
  execFileSync("python3", ["-c", SOCKET, join(workspace, "socket")]);
  writeFileSync(join(workspace, "sparse"), "");
  truncateSync(join(workspace, "sparse"), SPARSE_BYTES);
  for (const mode of [0o000, 0o555, 0o100]) {
    const locked = join(workspace, `mode-${mode.toString(8)}`);
    mkdirSync(join(locked, "inner"), { recursive: true });
    writeFileSync(join(locked, "inner", "file"), "content", { mode: 0 });
    chmodSync(join(locked, "inner"), mode);
    chmodSync(locked, mode);
  }
}

/** A folder outside the root with things in it that links lead to. @returns its path */
export function makeOutside(base: string): string {
  const outside = join(base, "outside");
  mkdirSync(outside, { recursive: true });
  writeFileSync(join(outside, "canary"), "alive", { mode: 0o640 });
  writeFileSync(join(outside, "hard-linked"), "alive");
  mkdirSync(join(outside, "folder"), { mode: 0o500 });
  return outside;
}

/** A chain of folders in which the deepest path is far longer than any system call accepts. */
export function makeDeep(workspace: string, depth: number): void {
  execFileSync("python3", ["-c", DEEP, workspace, String(depth)]);
}

const SOCKET = "import socket, sys; socket.socket(socket.AF_UNIX).bind(sys.argv[1])";
const DEEP = `
import os, sys
os.chdir(sys.argv[1])
for level in range(int(sys.argv[2])):
    open("file", "w").close()
    os.mkdir("level")
    os.chdir("level")
`;
