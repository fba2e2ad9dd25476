/** Something that leads to a commit. The order is that in which GitHub is asked and people are told. */
export const TIP_KINDS = [
  "detached-head",
  "branch",
  "stash",
  "operation",
  "worktree-ref",
  "note",
  "tag",
  "other",
  "reflog",
  "fetched",
] as const;
export type TipKind = (typeof TIP_KINDS)[number];

export interface Tip {
  /** A commit, or a tag, tree or blob. */
  readonly sha: string;
  readonly kind: TipKind;
  /** The ref or file that leads to it, such as `refs/heads/main`. */
  readonly name: Buffer;
}

const BY_PREFIX: readonly (readonly [string, TipKind])[] = [
  ["refs/heads/", "branch"],
  ["refs/tags/", "tag"],
  ["refs/remotes/", "fetched"],
  // Where a merge queue, a pull request or a prefetch of `git maintenance` was fetched to
  ["refs/pull/", "fetched"],
  ["refs/prefetch/", "fetched"],
  ["refs/notes/", "note"],
  ["refs/stash", "stash"],
  ["refs/worktree/", "worktree-ref"],
  ["refs/bisect/", "worktree-ref"],
  ["refs/rewritten/", "worktree-ref"],
];

/** What kind of ref a full name stands for. */
export function kindOfRef(name: Buffer): TipKind {
  const text = name.toString("latin1");
  return BY_PREFIX.find(([prefix]) => text.startsWith(prefix))?.[1] ?? "other";
}

/** The kind of what only a reflog leads to. */
export function kindOfReflog(ref: Buffer): TipKind {
  return kindOfRef(ref) === "stash" ? "stash" : "reflog";
}

/** Whether its commit may be missing: git prunes what only these lead to. */
export function mayBeMissing({ kind }: Tip): boolean {
  return kind === "reflog" || kind === "fetched" || kind === "operation";
}

/** Each commit once for each kind, in the order of kinds: the first name of a kind stands for all. */
export function distinctTips(tips: readonly Tip[]): Tip[] {
  const seen = new Set<string>();
  const order = (tip: Tip): number => TIP_KINDS.indexOf(tip.kind);
  return tips
    .toSorted((a, b) => order(a) - order(b))
    .filter(({ sha }) => {
      if (seen.has(sha)) return false;
      seen.add(sha);
      return true;
    });
}
