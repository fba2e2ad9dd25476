// Merging without a work tree: git's own merge code works on trees, so a conflict here is a conflict
// everywhere.

import type { BareRepository } from "./bare-repository.ts";
import { divergence } from "./compare.ts";
import { listCommits, readCommit, type Signature } from "./commits.ts";
import { commitTree } from "./write.ts";

export type MergeOutcome =
  | { readonly clean: true; readonly treeSha: string }
  | { readonly clean: false; readonly conflictingPaths: readonly string[] };

/** The result of merging `head` into `base` (full ids); writes objects, moves no refs. */
export function tryMerge(git: BareRepository, base: string, head: string): Promise<MergeOutcome> {
  return git.remember(`merge ${base} ${head}`, async () => {
    // If only one side has changes, its tree is the result.
    const { aheadBy, behindBy } = await divergence(git, base, head);
    const whole = behindBy === 0 ? head : aheadBy === 0 ? base : null;
    if (whole !== null) return { clean: true, treeSha: (await readCommit(git, whole)).treeSha };
    const args = ["merge-tree", "--write-tree", "-z", "--name-only", "--no-messages", base, head];
    const { code, stdout } = await git.run(args, { answers: [1] });
    const [treeSha = "", ...paths] = stdout.toString().split("\0");
    if (code === 0) return { clean: true, treeSha };
    return { clean: false, conflictingPaths: [...new Set(paths.filter((path) => path !== ""))] };
  });
}

export interface MergeCommit {
  readonly base: string;
  readonly head: string;
  readonly message: string;
  readonly author: Signature;
  readonly committer: Signature;
}

/** A commit with both as parents; `null` on conflict. */
export async function mergeCommit(git: BareRepository, merge: MergeCommit): Promise<string | null> {
  const outcome = await tryMerge(git, merge.base, merge.head);
  if (!outcome.clean) return null;
  return commitTree(git, { ...merge, treeSha: outcome.treeSha, parents: [merge.base, merge.head] });
}

/** One commit on top of the base with all changes of the head; `null` on conflict. */
export async function squashCommit(git: BareRepository, merge: MergeCommit): Promise<string | null> {
  const outcome = await tryMerge(git, merge.base, merge.head);
  if (!outcome.clean) return null;
  return commitTree(git, { ...merge, treeSha: outcome.treeSha, parents: [merge.base] });
}

/** Each commit of the head again on top of the base, without merges; returns the last one, `null` on conflict. */
export async function rebaseCommits(
  git: BareRepository,
  { base, head, committer }: { base: string; head: string; committer: Signature },
): Promise<string | null> {
  let tip = base;
  for (const commit of await listCommits(git, base, head)) {
    const [parent, ...others] = commit.parents;
    if (parent === undefined || others.length > 0) continue;
    // merge-tree before git 2.40 accepts no merge base. So we create a commit with the tree of the tip and the
    // parent of the commit to pick: its merge base with that commit is the parent, and the merge becomes a
    // cherry-pick.
    const { treeSha } = await readCommit(git, tip);
    const standIn = await commitTree(git, { ...commit, treeSha, parents: [parent], committer });
    const outcome = await tryMerge(git, standIn, commit.sha);
    if (!outcome.clean) return null;
    tip = await commitTree(git, { ...commit, treeSha: outcome.treeSha, parents: [tip], committer });
  }
  return tip;
}
