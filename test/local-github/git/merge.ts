// Merging without a work tree: git's own merge machinery on trees, so that a conflict here is a conflict anywhere.

import type { BareRepository } from "./bare-repository.ts";
import { listCommits, readCommit, type Signature } from "./commits.ts";
import { commitTree } from "./write.ts";

export type MergeOutcome =
  | { readonly clean: true; readonly treeSha: string }
  | { readonly clean: false; readonly conflictingPaths: readonly string[] };

/** What merging `head` into `base` (full ids) would give; writes objects, moves nothing. */
export function tryMerge(git: BareRepository, base: string, head: string): Promise<MergeOutcome> {
  return git.remember(`merge ${base} ${head}`, async () => {
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

/** One commit on top of the base with everything that the head changed; `null` on conflict. */
export async function squashCommit(git: BareRepository, merge: MergeCommit): Promise<string | null> {
  const outcome = await tryMerge(git, merge.base, merge.head);
  if (!outcome.clean) return null;
  return commitTree(git, { ...merge, treeSha: outcome.treeSha, parents: [merge.base] });
}

/** Each commit of the head again on top of the base, merges left out; answers the last one, `null` on conflict. */
export async function rebaseCommits(
  git: BareRepository,
  { base, head, committer }: { base: string; head: string; committer: Signature },
): Promise<string | null> {
  let tip = base;
  for (const commit of await listCommits(git, base, head)) {
    const [parent, ...others] = commit.parents;
    if (parent === undefined || others.length > 0) continue;
    // merge-tree of git before 2.40 takes no merge base. A stand-in with the tip's tree and the commit's own
    // parent has that parent as its merge base with the commit, which makes the merge a cherry-pick.
    const { treeSha } = await readCommit(git, tip);
    const standIn = await commitTree(git, { ...commit, treeSha, parents: [parent], committer });
    const outcome = await tryMerge(git, standIn, commit.sha);
    if (!outcome.clean) return null;
    tip = await commitTree(git, { ...commit, treeSha: outcome.treeSha, parents: [tip], committer });
  }
  return tip;
}
