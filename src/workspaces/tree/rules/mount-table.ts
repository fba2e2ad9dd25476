// Texts of /proc are kept as latin1 here: each character is a byte, so names that are not UTF-8 stay what they are.

/** One line of `/proc/PID/mountinfo`: https://man7.org/linux/man-pages/man5/proc_pid_mountinfo.5.html */
export interface Mount {
  /** Unique on this machine as long as the mount exists, in all mount namespaces. */
  readonly id: number;
  /** The mount on which it is mounted. */
  readonly parent: number;
  /** `major:minor` of the file system. On btrfs `stat` says another number, so it may be compared only with other lines. */
  readonly device: string;
  /** Which folder of the file system is mounted. */
  readonly root: string;
  /** Where, as the process sees it whose table this is. */
  readonly point: string;
  readonly type: string;
  /** The folder or device that was mounted, as the one who mounted it wrote it. */
  readonly source: string;
  /** Of the file system; still escaped, because a comma in a value is. */
  readonly options: string;
}

/** The kernel adds it to the root of a bind mount whose source was removed. */
const REMOVED = "//deleted";
const ESCAPED = /\\([0-7]{3})/g;

/**
 * An empty text is a table without mounts: that of a process whose root is a folder without any, or of one that is ending.
 *
 * @throws Error for a line that is not as the manual says, or has no end: a part of a table must not pass for the whole
 */
export function parseMountTable(text: string): readonly Mount[] {
  if (text === "") return [];
  if (!text.endsWith("\n")) throw new Error("The last line of mountinfo is not understood");
  return text.split("\n").flatMap((line) => (line === "" ? [] : [parseLine(line)]));
}

function parseLine(line: string): Mount {
  const words = line.split(" ");
  // Optional fields, such as `shared:1`, end with a hyphen.
  const end = words.indexOf("-", 6);
  const [id, parent, device, root, point] = words;
  const [type, source, options] = words.slice(end + 1);
  if (end === -1 || !point || !root || !device || type === undefined) {
    throw new Error("A line of mountinfo is not understood");
  }
  const whole = unescaped(root);
  return {
    id: Number(id),
    parent: Number(parent),
    device,
    root: whole.endsWith(REMOVED) ? whole.slice(0, -REMOVED.length) : whole,
    point: unescaped(point),
    type,
    source: unescaped(source ?? ""),
    options: options ?? "",
  };
}

/** Spaces, line ends and backslashes are written as `\040`. */
export function unescaped(text: string): string {
  return text.includes("\\")
    ? text.replaceAll(ESCAPED, (_all, octal: string) => String.fromCharCode(Number.parseInt(octal, 8)))
    : text;
}

/** The option of a file system, such as `hidepid` of `proc`; `null` if it is not set. */
export function optionOf(mount: Mount, name: string): string | null {
  const found = mount.options.split(",").find((option) => option.startsWith(`${name}=`));
  return found === undefined ? null : unescaped(found.slice(name.length + 1));
}
