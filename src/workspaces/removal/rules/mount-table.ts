/** One line of a table of mounts. Paths are bytes, one character each (latin1). */
export interface Mount {
  readonly id: number;
  readonly parent: number;
  /** `major:minor` of the file system. Compare it only with others of such tables: `stat` says something else on btrfs. */
  readonly device: string;
  /** The folder of the file system that is mounted. */
  readonly root: string;
  /** Where it is mounted, as the process that was asked sees it. */
  readonly point: string;
}

/** https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
const LINE = /^(\d+) (\d+) (\d+:\d+) (\S+) (\S+) /;
const ESCAPE = /\\([0-7]{3})/g;

/** Reads `/proc/PID/mountinfo`. Lines of another shape are left out. */
export function parseMounts(mountinfo: Buffer): readonly Mount[] {
  return mountinfo
    .toString("latin1")
    .split("\n")
    .flatMap((line) => {
      const [, id, parent, device = "", root = "", point = ""] = LINE.exec(line) ?? [];
      if (id === undefined) return [];
      return [
        { id: Number(id), parent: Number(parent), device, root: unescaped(root), point: unescaped(point) },
      ];
    });
}

/** Whether a path is this folder, or below it. Neither ends with a slash, except `/`. */
export function isAtOrBelow(path: string, folder: string): boolean {
  return path === folder || path.startsWith(folder === "/" ? "/" : `${folder}/`);
}

/** The path in the file system of what a mount shows at `path`; `null` if the mount does not show that path. */
export function pathInFileSystem({ root, point }: Mount, path: string): string | null {
  if (!isAtOrBelow(path, point)) return null;
  const below = path.slice(point === "/" ? 0 : point.length);
  const joined = `${root === "/" ? "" : root}${below === "/" ? "" : below}`;
  return joined === "" ? "/" : joined;
}

/** Space, tab, line feed and backslash are written as three octal digits. */
function unescaped(path: string): string {
  return path.replace(ESCAPE, (_, digits: string) => String.fromCharCode(Number.parseInt(digits, 8)));
}
