import { readFileSync } from "node:fs";
import { readFile } from "node:fs/promises";

/** https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html, since Linux 3.15 */
const MOUNT_ID = /^mnt_id:\s*(\d+)$/m;

/**
 * The mount through which an open file is reached. A bind mount of the same file system has the same device number as the folder
 * around it, so only this number shows that it is another one. Node's `stat` does not have it.
 */
export async function mountIdOf(fd: number): Promise<number> {
  return parse(await readFile(infoPath(fd), "utf8"));
}

/** The same for threads that may block. */
export function mountIdOfSync(fd: number): number {
  return parse(readFileSync(infoPath(fd), "utf8"));
}

function infoPath(fd: number): string {
  return `/proc/self/fdinfo/${fd}`;
}

/** @throws Error on a kernel that does not say it: nothing may be removed there */
function parse(info: string): number {
  const id = MOUNT_ID.exec(info)?.[1];
  if (id === undefined) throw new Error("/proc/self/fdinfo has no mnt_id: this needs Linux 3.15 or newer");
  return Number(id);
}
