/** Why something in a tree can't be removed, or must not be. */
export type FindingCode =
  | "mount_inside"
  | "btrfs_subvolume"
  | "other_device"
  | "other_owner"
  | "immutable"
  | "read_only"
  | "nfs_open_file"
  | "disk_full"
  | "tree_changing"
  | "tree_unreadable";

/** What a walk found of one kind. */
export interface Finding {
  readonly code: FindingCode;
  readonly count: number;
  /** The path of the first, below the top of the walk. Cut if it is very long. */
  readonly example: Buffer;
  /** User id, for `other_owner`. */
  readonly owner: number | null;
}

/** For the message; a path may be as long as the tree is deep. */
const EXAMPLE_BYTES_MAX = 1_024;
/** Owners in one tree that are told apart. Any further one counts as the last of these. */
const KINDS_MAX = 32;

/** Collects findings of a walk, in bounded memory however many there are. */
export class Findings {
  readonly #kinds = new Map<string, Finding & { count: number }>();
  #last: (Finding & { count: number }) | undefined;

  add(code: FindingCode, example: Buffer, owner: number | null = null): void {
    const key = `${code} ${owner}`;
    const known = this.#kinds.get(key) ?? (this.#kinds.size < KINDS_MAX ? undefined : this.#last);
    if (known) known.count += 1;
    else {
      this.#last = { code, count: 1, example: Buffer.from(example.subarray(0, EXAMPLE_BYTES_MAX)), owner };
      this.#kinds.set(key, this.#last);
    }
  }

  get all(): readonly Finding[] {
    return [...this.#kinds.values()];
  }

  get total(): number {
    return this.all.reduce((sum, { count }) => sum + count, 0);
  }
}

/** What an error of the kernel says about the entry that it refuses to remove. */
export function findingOf(errno: string): FindingCode {
  return MEANINGS[errno] ?? "tree_unreadable";
}

const MEANINGS: Readonly<Record<string, FindingCode>> = {
  EBUSY: "mount_inside",
  EPERM: "immutable",
  EACCES: "other_owner",
  EROFS: "read_only",
  ENOSPC: "disk_full",
  EDQUOT: "disk_full",
  ENOTEMPTY: "tree_changing",
};
