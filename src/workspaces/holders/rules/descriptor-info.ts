/** What `/proc/PID/fdinfo/N` says: https://man7.org/linux/man-pages/man5/proc_pid_fdinfo.5.html */
export interface DescriptorInfo {
  readonly canWrite: boolean;
  /** `null` on a kernel older than 3.15. */
  readonly mountId: number | null;
  /** For people, such as "exclusive flock". */
  readonly locks: readonly string[];
}

/** The last two bits of the flags: `O_RDONLY` is 0. */
const ACCESS_MODE = 0b11;
const LOCKS_MAX = 5;
const KINDS: Readonly<Record<string, string>> = {
  FLOCK: "flock",
  POSIX: "POSIX lock",
  OFDLCK: "OFD lock",
  LEASE: "lease",
  DELEG: "delegation",
};

/**
 * Locks are read here and not in `/proc/locks`, which names files by device numbers that are wrong on btrfs.
 */
export function parseDescriptorInfo(text: string): DescriptorInfo {
  const flags = /^flags:\s*([0-7]+)$/m.exec(text)?.[1] ?? "0";
  const mountId = /^mnt_id:\s*(\d+)$/m.exec(text)?.[1];
  const locks = [...text.matchAll(/^lock:\s*\d+: (?:-> )?(\w+)\s+\w+\s+(\w+)/gm)]
    .slice(0, LOCKS_MAX)
    .map(([, kind = "", mode]) => `${mode === "READ" ? "shared" : "exclusive"} ${KINDS[kind] ?? "lock"}`);
  return {
    canWrite: (Number.parseInt(flags, 8) & ACCESS_MODE) !== 0,
    mountId: mountId === undefined ? null : Number(mountId),
    locks,
  };
}
