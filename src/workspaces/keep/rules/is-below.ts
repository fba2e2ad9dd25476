/**
 * Whether one of the folders above a path is among `folders`.
 *
 * @param base folders whose names end within the first `base` bytes do not count
 * @param folders paths as strings of single bytes
 */
export function isBelow(path: Buffer, base: number, folders: ReadonlySet<string>): boolean {
  for (let end = path.indexOf(0x2f, base + 1); end !== -1; end = path.indexOf(0x2f, end + 1)) {
    if (folders.has(path.subarray(0, end).toString("latin1"))) return true;
  }
  return false;
}
