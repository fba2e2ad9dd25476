import type { Mount } from "../../tree/rules/mount-table.ts";
import { isAtOrBelow } from "../../tree/rules/is-at-or-below.ts";
import { pathInFileSystem } from "./mount-paths.ts";

/** The mounts that one process sees, and thereby all of its mount namespace. */
export interface MountTable {
  /** For people: "process 4711 (postgres)". */
  readonly seenBy: string;
  readonly mounts: readonly Mount[];
}

/** A mount that is in the way of a removal. */
export interface MountFound {
  /** `inside`: something is mounted over a part of the tree. `elsewhere`: the tree, or a part of it, is mounted at another path. */
  readonly kind: "inside" | "elsewhere";
  readonly point: string;
  readonly seenBy: string;
}

/**
 * Finds mounts on a tree and of a tree, in the tables of all namespaces. A namespace may know the tree by another path, or show only a
 * part of it, so what is compared are places in the file system itself. The kernel would let the tree be removed: a mount point of
 * another namespace is silently detached, and what is mounted elsewhere is emptied there too.
 *
 * @param own the table of this process
 * @param mountId of the open folder at the top of the tree
 * @param path of the tree, as this process sees it (latin1)
 * @returns `null` if the own table does not show where the tree is
 */
export function mountsOfTree({
  own,
  others,
  mountId,
  path,
}: {
  readonly own: MountTable;
  readonly others: readonly MountTable[];
  readonly mountId: number;
  readonly path: string;
}): readonly MountFound[] | null {
  const around = own.mounts.find(({ id }) => id === mountId);
  if (!around) return null;
  const place = pathInFileSystem(around, path);
  if (place === null) return null;
  const tree = { device: around.device, place };
  return [own, ...others].flatMap((table) => {
    const byId = new Map(table.mounts.map((mount) => [mount.id, mount]));
    return table.mounts.flatMap((mount) => {
      const kind = kindOf(mount, byId.get(mount.parent), tree);
      return kind ? [{ kind, point: mount.point, seenBy: table.seenBy }] : [];
    });
  });
}

function kindOf(
  mount: Mount,
  around: Mount | undefined,
  tree: { readonly device: string; readonly place: string },
): MountFound["kind"] | null {
  if (around?.device === tree.device) {
    const place = pathInFileSystem(around, mount.point);
    if (place !== null && isAtOrBelow(place, tree.place)) return "inside";
  }
  return mount.device === tree.device && isAtOrBelow(mount.root, tree.place) && mount.root !== "/"
    ? "elsewhere"
    : null;
}
