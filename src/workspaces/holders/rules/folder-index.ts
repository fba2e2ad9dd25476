import type { Mount } from "../../tree/rules/mount-table.ts";
import { below, commonFolder, join, joinNames, parentOf } from "./paths.ts";

/** Where a folder lies: in which file system, and where in it. The same for everybody, whatever they have mounted. */
export interface Place {
  /** As in a mount table. */
  readonly device: string;
  readonly path: string;
}

/** The folders of one file system that are looked for, below the deepest folder that contains all of them. */
export interface FolderGroup {
  readonly device: string;
  readonly top: string;
  /** From the path below `top` to the number of the folder. */
  readonly numbers: ReadonlyMap<string, number>;
  /** How many names lie between `top` and a folder. */
  readonly depths: readonly number[];
}

/** @param places of the folders; their numbers are their positions in this list. `null` for one that is not looked for */
export function groupFolders(places: readonly (Place | null)[]): readonly FolderGroup[] {
  const numbered = places.flatMap((place, number) => (place ? [{ ...place, number }] : []));
  return [...Map.groupBy(numbered, ({ device }) => device)].map(([device, folders]) => {
    const top = commonFolder([...new Set(folders.map(({ path }) => parentOf(path)))]);
    const numbers = new Map(folders.map(({ path, number }) => [below(top, path) ?? "", number]));
    const depths = [...new Set([...numbers.keys()].map((path) => path.split("/").length))].sort(
      (a, b) => a - b,
    );
    return { device, top, numbers, depths };
  });
}

/** A path under which the folders of a group can be reached: everything below `path` is `rest` below the group's top. */
interface Alias {
  readonly group: FolderGroup;
  readonly path: string;
  readonly rest: string;
}

/** A folder, and the path inside it; `""` for the folder itself. */
export interface Found {
  readonly number: number;
  readonly inside: string;
}

/** Finds out from a path, as the processes of one mount namespace see it, in which of the folders it lies. */
export class FolderIndex {
  readonly #aliases: readonly Alias[];

  private constructor(aliases: readonly Alias[]) {
    this.#aliases = aliases;
  }

  /**
   * @param root the path of the folder that is the root of the one whose table it is
   */
  static of(mounts: readonly Mount[], groups: readonly FolderGroup[], root = "/"): FolderIndex {
    const aliases = mounts.flatMap((mount) => groups.flatMap((group) => aliasOf(mount, group, root)));
    return new FolderIndex(aliases);
  }

  /** Every folder that contains this path, or is it. A folder may lie in another one. */
  find(path: string): readonly Found[] {
    let all: readonly Found[] = NOTHING;
    for (const { group, path: alias, rest } of this.#aliases) {
      const inner = below(alias, path);
      const found = inner === null ? NOTHING : foldersOn(group, joinNames(rest, inner));
      if (found.length > 0) all = all.length === 0 ? found : withoutRepeats([...all, ...found]);
    }
    return all;
  }
}

const NOTHING: readonly Found[] = [];

/** The folders that contain a place of a disk, whatever its path is anywhere. The root of a mount is such a place too. */
export function foldersAround({ device, path }: Place, groups: readonly FolderGroup[]): readonly Found[] {
  return groups.flatMap((group) => {
    const rest = device === group.device ? below(group.top, path) : null;
    return rest === null ? [] : foldersOn(group, rest);
  });
}

function aliasOf(mount: Mount, group: FolderGroup, root: string): readonly Alias[] {
  if (mount.device !== group.device) return [];
  const point = join(root, mount.point.slice(1));
  const above = below(mount.root, group.top);
  if (above !== null) return [{ group, path: join(point, above), rest: "" }];
  const rest = below(group.top, mount.root);
  return rest === null ? [] : [{ group, path: point, rest }];
}

/** The folders on the way from the top down to a path. */
function foldersOn({ numbers, depths }: FolderGroup, path: string): readonly Found[] {
  const found: Found[] = [];
  let end = -1;
  let depth = 0;
  for (const wanted of depths) {
    for (; depth < wanted; depth++) {
      if (end === path.length) return found;
      const slash = path.indexOf("/", end + 1);
      end = slash === -1 ? path.length : slash;
    }
    const number = numbers.get(path.slice(0, end));
    if (number !== undefined) found.push({ number, inside: path.slice(end + 1) });
  }
  return found;
}

function withoutRepeats(found: readonly Found[]): readonly Found[] {
  return [...new Map(found.map((one) => [one.number, one])).values()];
}
