import {
  closeSync,
  constants,
  fstatSync,
  lstatSync,
  openSync,
  statSync,
  type BigIntStats,
  type Stats,
} from "node:fs";
import { bytesOf, codeOf, readProc } from "./proc-file.ts";
import { couldHang, type Mounted, type MountView, type MountViews } from "./mount-views.ts";
import { parseDescriptorInfo } from "./rules/descriptor-info.ts";
import {
  deviceNumber,
  hasManyDevices,
  isAnonymous,
  isStacked,
  mapsDevice,
} from "./rules/file-system-kinds.ts";
import type { BlindCause } from "./holder.ts";
import type { Found } from "./rules/folder-index.ts";
import { below, join } from "./rules/paths.ts";

/** Missing in Node's constants; the same on all processors that it runs on. Opens nothing: neither a FIFO nor a device notices. */
const O_PATH = 0o10000000;
const O_FOLDER = O_PATH | constants.O_DIRECTORY;
/** Deeper than any tree that tools can handle. */
const ANCESTORS_MAX = 20_000;
const DELETED = " (deleted)";

/** Where something lies that a process holds: in folders that are looked for (none if elsewhere), or a doubt. */
export type Whereabouts = readonly Found[] | BlindCause;

/** A folder that is looked for. */
export interface SoughtFolder {
  readonly dev: bigint;
  readonly ino: bigint;
}

/** Not only the path of the root, but also of everything that was moved out of the part of a disk that its mount shows. */
const NOWHERE = "/";
const ELSEWHERE: readonly Found[] = [];

interface Climbed {
  readonly found: readonly Found[];
  /** Whether the way up led past all folders that are looked for. Not from a detached mount of a part of one. */
  readonly isComplete: boolean;
}

/**
 * Finds out where something lies whose path does not say that it is in one of the folders.
 *
 * A path is not the whole truth: it begins at the root of its mount if that was detached since, and it is another one in another
 * mount namespace. So what lies on the disk of the folders must be found at its path, or be of a mount that is in some table.
 */
export class Places {
  readonly #views: MountViews;
  readonly #folders: readonly SoughtFolder[];
  readonly #devices: ReadonlySet<number>;
  readonly #otherDevices: ReadonlySet<number>;
  /** What the table of mapped files has in each line about the disks of the folders; `null` if that can't be relied on. */
  readonly #mapsMarks: readonly string[] | null;
  readonly #manyDevices: boolean;
  /** The folders around those that are looked for, as `dev ino`: a walk that comes up to one of them has passed all that matter. */
  readonly #around: ReadonlySet<string>;

  /**
   * @param around paths of folders that contain all those that are looked for on their disk
   * @param types of the file systems on which the folders are, by device as in a mount table
   */
  constructor(
    views: MountViews,
    folders: readonly SoughtFolder[],
    { around, types }: { readonly around: readonly string[]; readonly types: ReadonlyMap<string, string> },
  ) {
    this.#views = views;
    this.#folders = folders;
    this.#devices = new Set(folders.map(({ dev }) => Number(dev)));
    this.#manyDevices = [...types.values()].some(hasManyDevices);
    this.#around = new Set(around.map(identityOf));
    const areStacked = [...types.values()].some(isStacked);
    this.#mapsMarks = areStacked ? null : [...types.keys()].map((device) => ` ${mapsDevice(device)} `);
    const others = [...views.mounts].map(({ mount }) => mount.device).filter((device) => !types.has(device));
    this.#otherDevices = new Set(others.map(deviceNumber));
  }

  /** Whether a process may have mapped a file of these disks. Most have not, and their tables need not be taken apart. */
  mayBeMapped(maps: string): boolean {
    return this.#mapsMarks === null || this.#mapsMarks.some((mark) => maps.includes(mark));
  }

  /**
   * @param link of /proc to the thing itself: `/proc/7/fd/3`, `/proc/7/cwd`
   * @param path that the link shows; `null` if it is too long
   */
  locate(link: string, path: string | null, view: MountView): Whereabouts {
    if (path !== null && path !== NOWHERE && (view.harmless.has(path) || couldHang(view, path)))
      return ELSEWHERE;
    const stat = statOf(link);
    if (stat === "ended") return [];
    const found = stat === "silent" ? this.#byMount(link, path, null) : this.#locate(link, path, stat, view);
    if (found === ELSEWHERE && path !== null) view.harmless.add(path);
    return found;
  }

  /**
   * The same for a descriptor, of which there are many thousands. One open file of a folder speaks for all others in it: to be wrong, one of
   * these would have to come from a detached mount, or from another namespace, in which a folder has the same path.
   */
  locateDescriptor(link: string, path: string, view: MountView): Whereabouts {
    const end = path.lastIndexOf("/");
    if (end <= 0 || path.endsWith(DELETED)) return this.locate(link, path, view);
    const folder = path.slice(0, end);
    if (view.harmlessFolders.has(folder)) return ELSEWHERE;
    const where = this.locate(link, path, view);
    if (where === ELSEWHERE) view.harmlessFolders.add(folder);
    return where;
  }

  /** The folders that contain this folder or are it, found by walking up from it. */
  climb(link: string | Buffer): Climbed {
    let fd: number;
    try {
      fd = openSync(link, O_FOLDER);
    } catch (error) {
      return { found: ELSEWHERE, isComplete: codeOf(error) === "ENOENT" || codeOf(error) === "ESRCH" };
    }
    try {
      const found: Found[] = [];
      for (let steps = 0; steps < ANCESTORS_MAX; steps++) {
        const here = fstatSync(fd, { bigint: true });
        const number = this.#folders.findIndex(({ dev, ino }) => here.dev === dev && here.ino === ino);
        if (number !== -1) found.push({ number, inside: steps === 0 ? "" : "…" });
        const isAbove = number === -1 && this.#around.has(`${here.dev} ${here.ino}`);
        const up = openAbove(fd);
        if (up === null) return { found, isComplete: isAbove };
        closeSync(fd);
        fd = up;
        if (isAbove || isSame(fstatSync(fd, { bigint: true }), here)) return { found, isComplete: isAbove };
      }
      return { found, isComplete: false };
    } finally {
      closeSync(fd);
    }
  }

  #locate(link: string, path: string | null, stat: Stats, view: MountView): Whereabouts {
    if (!this.#mayBeInside(stat.dev)) return ELSEWHERE;
    if (path === null) return stat.isDirectory() ? this.#climbed(link, "long_path") : "long_path";
    const there = lookAt(view.entrance + path);
    if (there?.dev === stat.dev && there.ino === stat.ino) return ELSEWHERE;
    return this.#byMount(link, path, stat);
  }

  #byMount(link: string, path: string | null, stat: Stats | null): Whereabouts {
    const { info, mountId } = infoOf(link);
    if (mountId === null) return ELSEWHERE;
    const mounted = this.#views.withId(mountId);
    if (!mounted || path === null || !isBelow(mounted, path)) return this.#detached(link, stat);
    const found = mounted.view.index.find(path);
    if (found.length > 0) return found;
    // Another name of the same file may be the last one, and lie in a workspace.
    const hasOtherName = stat !== null && stat.isFile() && stat.nlink > 0 && path.endsWith(DELETED);
    return hasOtherName && info.canWrite && lookAt(mounted.view.entrance + path) === null
      ? "lost_name"
      : ELSEWHERE;
  }

  #detached(link: string, stat: Stats | null): Whereabouts {
    return stat?.isDirectory() ? this.#climbed(link, "detached_mount") : "detached_mount";
  }

  #climbed(link: string, otherwise: BlindCause): Whereabouts {
    const { found, isComplete } = this.climb(link);
    return found.length > 0 || isComplete ? found : otherwise;
  }

  #mayBeInside(dev: number): boolean {
    if (this.#devices.has(dev)) return true;
    return this.#manyDevices && isAnonymous(dev) && !this.#otherDevices.has(dev);
  }
}

/** `null` for a folder that was moved out of the part of the disk that its mount shows, or that has an error of its disk above it. */
function openAbove(fd: number): number | null {
  try {
    return openSync(`/proc/self/fd/${fd}/..`, O_FOLDER);
  } catch {
    return null;
  }
}

/** Whether this path can be of something that is reached through this mount. */
function isBelow({ mount, view }: Mounted, path: string): boolean {
  return below(join(view.root, mount.point.slice(1)), path) !== null;
}

function identityOf(path: string): string {
  const { dev, ino } = statSync(bytesOf(path), { bigint: true });
  return `${dev} ${ino}`;
}

function isSame(one: BigIntStats, other: BigIntStats): boolean {
  return one.dev === other.dev && one.ino === other.ino;
}

/** `silent` for what can't be looked at, such as a file of a fuse that lets only its owner in. */
function statOf(link: string): Stats | "ended" | "silent" {
  try {
    return statSync(link);
  } catch (error) {
    const code = codeOf(error);
    return code === "ENOENT" || code === "ESRCH" ? "ended" : "silent";
  }
}

/** `null` if nothing is there, or nothing that can be looked at. */
function lookAt(latin1: string): Stats | null {
  try {
    return lstatSync(bytesOf(latin1));
  } catch {
    return null;
  }
}

/** `/proc/7/fd/3` has its own `fdinfo`; of anything else, a descriptor to its place is taken. */
function infoOf(link: string): {
  readonly info: ReturnType<typeof parseDescriptorInfo>;
  readonly mountId: number | null;
} {
  const own = link.replace(/\/fd\/(\d+)$/, "/fdinfo/$1");
  if (own !== link) return infoAt(own);
  let fd: number;
  try {
    fd = openSync(link, O_PATH);
  } catch {
    return infoAt("");
  }
  try {
    return infoAt(`/proc/self/fdinfo/${fd}`);
  } finally {
    closeSync(fd);
  }
}

function infoAt(path: string): ReturnType<typeof infoOf> {
  const info = parseDescriptorInfo(path === "" ? "" : (readProc(path).text ?? ""));
  return { info, mountId: info.mountId };
}
