import { realpathSync } from "node:fs";
import type { MountView, MountViews } from "./mount-views.ts";
import { couldHang } from "./mount-views.ts";
import type { Notes } from "./notes.ts";
import { type FolderGroup, foldersAround } from "./rules/folder-index.ts";
import type { Mount } from "./rules/mount-table.ts";
import { overlayLayers } from "./rules/overlay-layers.ts";
import { join } from "./rules/paths.ts";

const NOBODY = () => ({ process: null });
const NAMESPACE_FILE = /^mnt:\[\d+\]$/;

/**
 * Notes the mounts of all namespaces that show a part of a workspace elsewhere, that are mounted on something inside it, or that are
 * overlays of it. A folder that is a mount point in another namespace can be removed without an error, so the kernel does not protect it.
 *
 * @param kept namespaces that something keeps alive; those of mounted files are added
 */
export function noteMounts(
  views: MountViews,
  groups: readonly FolderGroup[],
  { notes, kept }: { readonly notes: Notes; readonly kept: Set<string> },
): void {
  for (const { mount, view } of views.mounts) {
    if (mount.type === "nsfs" && NAMESPACE_FILE.test(mount.root)) kept.add(mount.root);
    const shown = foldersAround({ device: mount.device, path: mount.root }, groups);
    for (const found of shown) notes.use(found, "mounted_elsewhere", mount.point, NOBODY);
    const numbers = new Set(shown.map(({ number }) => number));
    for (const found of view.index.find(pointOf(mount, view))) {
      if (!numbers.has(found.number)) notes.use(found, "mount_inside", mount.point, NOBODY);
    }
    noteLayers(mount, view, notes);
  }
}

function noteLayers(mount: Mount, view: MountView, notes: Notes): void {
  for (const layer of overlayLayers(mount)) {
    const found = view.index.find(layer);
    const all = found.length > 0 ? found : view.index.find(withoutLinks(layer, view));
    for (const one of all) notes.use(one, "overlay_layer", mount.point, NOBODY);
  }
}

/** Another namespace's links can't be followed by their paths from here. */
function withoutLinks(layer: string, view: MountView): string {
  if (view.entrance !== "" || couldHang(view, layer)) return layer;
  try {
    return realpathSync.native(Buffer.from(layer, "latin1"), "latin1");
  } catch {
    // It was removed, or lies where nobody but its mounter gets.
    return layer;
  }
}

function pointOf(mount: Mount, view: MountView): string {
  return join(view.root, mount.point.slice(1));
}
