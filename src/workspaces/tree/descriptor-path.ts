import { nameBytes } from "./path-parts.ts";

/**
 * The path by which `node:fs` reaches an open folder itself, whatever its name is now. The kernel resolves it in this process, and
 * in no other: a child process gets the folder as its working directory instead.
 */
export function descriptorPath(fd: number): string {
  return `/proc/self/fd/${fd}`;
}

/**
 * The path of an entry of an open folder, as bytes. Nobody can exchange a folder on the way to it, because there is none.
 *
 * @throws OrbError `outside_root` if `name` is not a single name
 */
export function entryPath(fd: number, name: Buffer | string): Buffer {
  return Buffer.concat([Buffer.from(`${descriptorPath(fd)}/`), nameBytes(name)]);
}
