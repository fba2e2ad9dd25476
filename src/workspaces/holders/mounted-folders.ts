import { bytesOf } from "./proc-file.ts";
import { realpathSync } from "node:fs";
import type { MountView, MountViews } from "./mount-views.ts";
import { couldHang } from "./mount-views.ts";
import type { Notes } from "./notes.ts";
import { type FolderGroup, foldersAround } from "./rules/folder-index.ts";
import type { Mount } from "../tree/rules/mount-table.ts";
import { overlayLayers } from "./rules/overlay-layers.ts";
import { join } from "./rules/paths.ts";

const NOBODY = () => ({ process: null });

/**
 * Notes the mounts of all namespaces that show a part of a workspace elsewhere, that are mounted on something inside it, or that are
 * overlays of it. A folder that is a mount point in another namespace can be removed without an error, so the kernel does not protect it.
 *
 * A namespace in which there is no process is not read: nobody uses anything there.
 */
export function noteMounts(views: MountViews, groups: readonly FolderGroup[], notes: Notes): void {
  for (const { mount, view } of views.mounts) {
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
    return realpathSync.native(bytesOf(layer), "latin1");
  } catch {
    // It was removed, or lies where nobody but its mounter gets.
    return layer;
  }
}

function pointOf(mount: Mount, view: MountView): string {
  return join(view.root, mount.point.slice(1));
}
