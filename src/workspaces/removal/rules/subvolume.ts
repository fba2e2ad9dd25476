/** The root of each btrfs subvolume has this inode number. https://btrfs.readthedocs.io/en/latest/Subvolumes.html */
const SUBVOLUME_INO = 256n;

/**
 * Whether a folder is a btrfs subvolume of its own: it has another device number than the folder around it, on the same mount.
 */
export function isSubvolume(
  folder: { readonly dev: bigint; readonly ino: bigint },
  around: { readonly dev: bigint },
): boolean {
  return folder.dev !== around.dev && folder.ino === SUBVOLUME_INO;
}
