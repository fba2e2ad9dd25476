// How two commits relate: the facts behind GitHub's compare, and behind every pull request.

import type { BareRepository } from "./bare-repository.ts";
import { compareCommits } from "./commits.ts";
import { diffCommits, type FileChange } from "./diff.ts";

export interface Divergence {
  /** The best common ancestor; `null` if the histories have nothing in common. */
  readonly mergeBase: string | null;
  readonly aheadBy: number;
  readonly behindBy: number;
}

/** Counts commits: `aheadBy` are those in `head` but not in `base`, `behindBy` the reverse. Takes full commit ids. */
export function divergence(git: BareRepository, base: string, head: string): Promise<Divergence> {
  return git.remember(`divergence ${base} ${head}`, async () => {
    const { ahead, behindBy, boundary } = await compareCommits(git, base, head);
    const counts = { aheadBy: ahead.length, behindBy };
    // What is behind nothing contains the other.
    if (behindBy === 0) return { ...counts, mergeBase: base };
    if (counts.aheadBy === 0) return { ...counts, mergeBase: head };
    // Each path from these two to a commit that both have crosses the boundary, so a single commit there is the best one.
    // Among several, git chooses.
    const [only = null, ...others] = boundary;
    return { ...counts, mergeBase: others.length === 0 ? only : await askMergeBase(git, base, head) };
  });
}

async function askMergeBase(git: BareRepository, base: string, head: string): Promise<string | null> {
  const { code, stdout } = await git.run(["merge-base", base, head], { answers: [1] });
  return code === 0 ? stdout.toString().trim() : null;
}

/** What `head` changed since it diverged from `base`: the three-dot diff that pull requests show. */
export async function changesSinceFork(
  git: BareRepository,
  base: string,
  head: string,
): Promise<FileChange[]> {
  const { mergeBase } = await divergence(git, base, head);
  return mergeBase === null ? [] : diffCommits(git, mergeBase, head);
}

/** Whether `ancestor` is in the history of `descendant` (full ids); if not, a move between them is forced. */
export async function isAncestor(
  git: BareRepository,
  ancestor: string,
  descendant: string,
): Promise<boolean> {
  return (await divergence(git, ancestor, descendant)).behindBy === 0;
}
