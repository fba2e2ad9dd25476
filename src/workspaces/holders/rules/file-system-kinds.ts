/** File systems whose files only processes of this machine can hold. */
const LOCAL = new Set(
  (
    "ext2 ext3 ext4 xfs btrfs f2fs bcachefs zfs jfs reiserfs nilfs2 ntfs ntfs3 vfat msdos exfat hfs hfsplus udf iso9660 " +
    "erofs squashfs tmpfs ramfs rootfs devtmpfs overlay"
  ).split(" "),
);

/**
 * Whether processes of another machine, or behind a server, may hold files there, such as on nfs, smb, 9p and fuse: nothing of them
 * is in this machine's `/proc`. An unknown kind counts as such.
 *
 * @param type as in a mount table
 */
export function isForeign(type: string): boolean {
  return !LOCAL.has(type);
}

/** Whether to look at a file there may take for ever, because a server must answer. Pseudo file systems, such as `proc`, answer at once. */
export function mayHang(type: string): boolean {
  return /^(?:nfs|cifs|smb|9p|fuse|virtiofs|ceph|afs|coda|lustre|gfs2|ocfs2|beegfs|glusterfs|orangefs|pvfs2|vboxsf|autofs)/.test(
    type,
  );
}

/** Whether a file there may be mapped as the file of another file system, below it. */
export function isStacked(type: string): boolean {
  return type === "overlay" || !LOCAL.has(type);
}

/** As `/proc/PID/maps` writes the `major:minor` of a mount table. Both are the number of the file system; that of `stat` may differ. */
export function mapsDevice(device: string): string {
  return device
    .split(":")
    .map((number) => Number(number).toString(16).padStart(2, "0"))
    .join(":");
}

/** Whether files of one file system of this kind may have several device numbers: btrfs has one per subvolume, an overlay one per layer. */
export function hasManyDevices(type: string): boolean {
  return type === "btrfs" || type === "overlay" || type === "bcachefs";
}

/** Bits 8 to 19 of a device number are its major part, which is 0 if there is no real device: `gnu_dev_major` of glibc. */
const MAJOR_BITS = 0xfff00;

/** @param dev as `stat` says it */
export function isAnonymous(dev: number): boolean {
  return (dev & MAJOR_BITS) === 0;
}

/** The number that `stat` says, for the `major:minor` of a mount table: `gnu_dev_makedev` of glibc. */
export function deviceNumber(device: string): number {
  const [major = 0, minor = 0] = device.split(":").map(Number);
  const [low, high] = [minor % 256, Math.floor(minor / 256)];
  return low + major * 2 ** 8 + high * 2 ** 20;
}
