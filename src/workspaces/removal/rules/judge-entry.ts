import type { FindingCode } from "./findings.ts";

/** The facts on one entry of a tree, and on the folder that contains it. */
export interface EntryFacts {
  readonly name: Buffer;
  readonly uid: number;
  readonly isFolder: boolean;
  /** What the kernel answers to "may this process write to it?": `EPERM` means a flag, `EROFS` the mount. */
  readonly refusal: string | null;
  readonly around: { readonly uid: number; readonly mode: number };
}

/** The user of this process, and the owner of the workspace's own folder. */
export interface Users {
  readonly self: number;
  readonly owner: number;
}

const ROOT = 0;
/** In such a folder only the owner of an entry, or of the folder, may remove it. */
const STICKY = 0o1000;
/** What an NFS client leaves in the place of a removed file that is still open. */
const NFS_OPEN = /^\.nfs[0-9a-f]{8,}$/i;

/**
 * Why one entry can't be removed by this process, before anything is tried.
 *
 * A file of another user in a folder of our own could be removed. It stays anyway, unless it belongs to the owner of the
 * workspace: nobody registered it, and next to it are those that can't be removed.
 */
export function judgeEntry(
  { name, uid, isFolder, refusal, around }: EntryFacts,
  { self, owner }: Users,
): FindingCode | null {
  if (refusal === "EROFS") return "read_only";
  // The kernel says so also to root, whom it refuses nothing else.
  if (refusal === "EPERM") return "immutable";
  if (NFS_OPEN.test(name.toString("latin1"))) return "nfs_open_file";
  if (uid === self) return null;
  const isStuck = refusal === "EACCES" && (isFolder || self === ROOT);
  if (self === ROOT) return isStuck ? "other_owner" : null;
  const isSticky = (around.mode & STICKY) !== 0 && around.uid !== self;
  return isStuck || isSticky || uid !== owner ? "other_owner" : null;
}
