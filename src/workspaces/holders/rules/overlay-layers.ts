import { type Mount, unescaped } from "../../tree/rules/mount-table.ts";

const LAYER_OPTIONS = /^(?:lowerdir|lowerdir\+|datadir\+|upperdir|workdir)$/;
const BETWEEN_LAYERS = /(?<!\\)::?/;

/**
 * The folders that an overlay is made of: what is removed from them is missing in the overlay. A path is as its mounter wrote it.
 * Relative ones are left out, because nobody knows relative to what.
 *
 * https://docs.kernel.org/filesystems/overlayfs.html
 */
export function overlayLayers(mount: Mount): readonly string[] {
  if (mount.type !== "overlay" && mount.type !== "fuse.fuse-overlayfs") return [];
  return mount.options.split(",").flatMap((option) => {
    const [name = "", ...rest] = option.split("=");
    if (!LAYER_OPTIONS.test(name)) return [];
    const value = unescaped(rest.join("="));
    const paths = name === "lowerdir" ? value.split(BETWEEN_LAYERS) : [value];
    return paths.map((path) => path.replaceAll("\\:", ":")).filter((path) => path.startsWith("/"));
  });
}
