import { spawn } from "node:child_process";
import { createInterface } from "node:readline";
import { once } from "node:events";
import { descriptorPath } from "../tree/descriptor-path.ts";
import type { OpenFolder } from "../tree/open-folder.ts";

/** `----ia---------e------- ./name`, https://man7.org/linux/man-pages/man1/chattr.1.html */
const LINE = /^(?<flags>[-a-zA-Z]{8,}) (?<path>\.\/?.*)$/;

/** Entries whose flags forbid to remove them. */
export interface Flagged {
  readonly count: number;
  /** The path of the first, below the folder. */
  readonly example: Buffer;
}

/**
 * Finds what is append-only or immutable in a tree. Node can't ask for these flags; `lsattr` of e2fsprogs can, for all file systems. The
 * names that it prints may be forged by line feeds in them: then more is found than there is, and the workspace is kept.
 *
 * @returns `null` if this host has no `lsattr`; then an append-only file is found only when it is to be removed
 */
export async function findFlagged(folder: OpenFolder, signal?: AbortSignal): Promise<Flagged | null> {
  const child = spawn("lsattr", ["-a", "-R", "."], {
    cwd: descriptorPath(folder.fd),
    stdio: ["ignore", "pipe", "ignore"],
    env: { PATH: "/usr/local/bin:/usr/bin:/bin:/usr/sbin:/sbin", LC_ALL: "C" },
    signal,
  });
  const ended = once(child, "close").catch((error: unknown) => error);
  let [count, example] = [0, Buffer.alloc(0)];
  child.stdout.setEncoding("latin1");
  for await (const line of createInterface({ input: child.stdout })) {
    const { flags = "", path = "" } = LINE.exec(line)?.groups ?? {};
    if (!/[ai]/.test(flags) || /\/\.{1,2}$/.test(path)) continue;
    if (count === 0) example = Buffer.from(path.replace(/^\.\/?/, ""), "latin1");
    count += 1;
  }
  const error = await ended;
  if (!(error instanceof Error)) return { count, example };
  if ("code" in error && error.code === "ENOENT") return null;
  throw error;
}
