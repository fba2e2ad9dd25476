import { closeSync, constants, lstatSync, openSync, realpathSync } from "node:fs";
import { bytesOf, readProc } from "./proc-file.ts";
import { parseDescriptorInfo } from "./rules/descriptor-info.ts";
import type { Place } from "./rules/folder-index.ts";
import type { Mount } from "../tree/rules/mount-table.ts";
import { below, commonFolder, join, parentOf, upwards } from "./rules/paths.ts";

/** Missing in Node's constants; the same on all processors that it runs on. */
const O_PATH = 0o10000000;

/** A folder that is looked for: at this path, and with this identity. */
export interface Sought {
  readonly dev: bigint;
  readonly ino: bigint;
  /** Absolute, in this mount namespace; as latin1. */
  readonly path: string;
}

/** Where a sought folder lies on its disk. */
export interface SoughtPlace extends Place {
  /** Its path without links, in this mount namespace. */
  readonly shownAt: string;
}

/** Where a folder of ours is mounted, and its real path. */
interface Parent {
  readonly mount: Mount;
  readonly path: string;
}

/** Finds out where the sought folders lie in their file systems. Many have the same parent, which is read once. */
export class SoughtPlaces {
  readonly #mounts: ReadonlyMap<number, Mount>;
  readonly #parents = new Map<string, Parent>();
  /** Of the file systems that were met, by device as in a mount table. */
  readonly types = new Map<string, string>();

  constructor(mounts: readonly Mount[]) {
    this.#mounts = new Map(mounts.map((mount) => [mount.id, mount]));
  }

  /** Of each file system the folder around all that were met there, and the folders around it. */
  get around(): readonly string[] {
    const parents = Map.groupBy(this.#parents.values(), ({ mount }) => mount.device);
    return [...parents.values()].flatMap((some) => upwards(commonFolder(some.map(({ path }) => path))));
  }

  /** @returns `null` if its place can't be found, or another folder is there: then nobody can say who uses it */
  placeOf(sought: Sought): SoughtPlace | null {
    if (!isStillThere(sought)) return null;
    const { path } = sought;
    const folder = parentOf(path);
    const parent = this.#parents.get(folder) ?? this.#readParent(folder);
    if (!parent) return null;
    const shownAt = join(parent.path, path.slice(path.lastIndexOf("/") + 1));
    const { device, root, point } = parent.mount;
    const rest = below(point, shownAt);
    if (rest === null) return null;
    return { device, path: join(root, rest), shownAt };
  }

  #readParent(folder: string): Parent | null {
    try {
      return this.#openParent(folder);
    } catch {
      return null;
    }
  }

  #openParent(folder: string): Parent | null {
    const path = realpathSync.native(bytesOf(folder), "latin1");
    const fd = openSync(bytesOf(path), O_PATH | constants.O_DIRECTORY);
    try {
      const { mountId } = parseDescriptorInfo(readProc(`/proc/self/fdinfo/${fd}`).text ?? "");
      const mount = mountId === null ? undefined : this.#mounts.get(mountId);
      // It was mounted after the table had been read.
      if (!mount) return null;
      const parent = { mount, path };
      this.#parents.set(folder, parent);
      this.types.set(mount.device, mount.type);
      return parent;
    } finally {
      closeSync(fd);
    }
  }
}

/**
 * Whether the same folder is at its path. Its number says nothing about another one that came in its place. `false` also if its disk does
 * not say.
 */
export function isStillThere({ dev, ino, path }: Sought): boolean {
  try {
    // Precise only up to 2^53, and twice as fast.
    const isLarge = ino > BigInt(Number.MAX_SAFE_INTEGER);
    const found = lstatSync(bytesOf(path), { bigint: isLarge });
    return found.isDirectory() && BigInt(found.dev) === dev && BigInt(found.ino) === ino;
  } catch {
    return false;
  }
}
