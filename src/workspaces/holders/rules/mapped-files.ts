/** A file that is mapped into the memory of a process. */
export interface MappedFile {
  /** Its name in `/proc/PID/map_files`. */
  readonly range: string;
  /** ` (deleted)` follows the path of a removed file. */
  readonly path: string;
}

const LINE_END = "\n";

/**
 * The mapped files of `/proc/PID/maps`, each path once: https://man7.org/linux/man-pages/man5/proc_pid_maps.5.html
 *
 * Its device numbers are not read: on btrfs they are not those of `stat`. A table has hundreds of lines, and there are hundreds of
 * processes, so lines without a file, and the other ranges of the same file, are passed over without being taken apart.
 */
export function mappedFiles(text: string): readonly MappedFile[] {
  const found = new Map<string, string>();
  let last = "";
  // The fields before a path have no slash in them.
  for (let slash = text.indexOf("/"), end = 0; slash !== -1; slash = text.indexOf("/", end)) {
    // A library has four or five ranges, one after the other.
    if (last !== "" && text.startsWith(last, slash)) {
      end = slash + last.length;
      continue;
    }
    end = text.indexOf(LINE_END, slash);
    if (end === -1) end = text.length;
    const begin = text.lastIndexOf(LINE_END, slash) + 1;
    // Also the path of something without a place, such as `anon_inode:/x`.
    if (text.charAt(slash - 1) !== " ") continue;
    const path = text.slice(slash, end);
    last = `${path}${LINE_END}`;
    if (!found.has(path)) found.set(path, text.slice(begin, text.indexOf(" ", begin)));
  }
  // The only byte that is escaped here.
  return [...found].map(([path, range]) => ({ range, path: path.replaceAll("\\012", LINE_END) }));
}
