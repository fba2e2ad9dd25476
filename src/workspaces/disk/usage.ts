/** How much there is of bytes or of inodes on a disk. */
export interface Amount {
  readonly total: number;
  readonly used: number;
  /** What a process without privileges can still use: the part that is reserved for root does not count. */
  readonly available: number;
  /** As `df` computes it: what is used, of what is used or available. 0 to 100. */
  readonly usedPercent: number;
}

/** How full a disk is. */
export interface DiskUsage {
  readonly bytes: Amount;
  /** `null` on file systems that make inodes as they need them and have no limit, such as btrfs. */
  readonly inodes: Amount | null;
}

/** An amount of both. */
export interface Space {
  readonly bytes: number;
  readonly inodes: number;
}
