/** A file that is mapped into the memory of a process. */
export interface MappedFile {
  /** Its name in `/proc/PID/map_files`. */
  readonly range: string;
  /** ` (deleted)` follows the path of a removed file. */
  readonly path: string;
}

/** Before the path there are the range, rights, offset, device and inode, each followed by spaces. */
const LINE = /^([0-9a-f]+-[0-9a-f]+) \S+ \S+ \S+ \d+ +(\/.*)$/;

/**
 * The mapped files of `/proc/PID/maps`, each path once: https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html
 *
 * Its device numbers are not read: on btrfs they are not those of `stat`.
 */
export function mappedFiles(text: string): readonly MappedFile[] {
  const found = new Map<string, string>();
  let last = "";
  for (const line of text.split("\n")) {
    const slash = line.indexOf("/");
    // A library has four or five ranges, one after the other.
    if (slash === -1 || (last !== "" && line.endsWith(last))) continue;
    const [, range, path] = LINE.exec(line) ?? [];
    if (range === undefined || path === undefined) continue;
    last = ` ${path}`;
    if (!found.has(path)) found.set(path, range);
  }
  // The only byte that is escaped here.
  return [...found].map(([path, range]) => ({ range, path: path.replaceAll("\\012", "\n") }));
}
