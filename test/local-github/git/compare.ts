// How two commits relate: the facts behind GitHub's compare, and behind every pull request.

import type { BareRepository } from "./bare-repository.ts";
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
    const counts = await git.text(["rev-list", "--left-right", "--count", `${base}...${head}`]);
    const [behindBy = 0, aheadBy = 0] = counts.split("\t").map(Number);
    // What is behind nothing contains the other; only diverged histories make git search.
    const mergeBase = behindBy === 0 ? base : aheadBy === 0 ? head : await mergeBaseOf(git, base, head);
    return { mergeBase, aheadBy, behindBy };
  });
}

async function mergeBaseOf(git: BareRepository, base: string, head: string): Promise<string | null> {
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

/** Whether `ancestor` is in the history of `descendant`; if not, a move between them is forced. */
export async function isAncestor(
  git: BareRepository,
  ancestor: string,
  descendant: string,
): Promise<boolean> {
  const { code } = await git.run(["merge-base", "--is-ancestor", ancestor, descendant], { answers: [1] });
  return code === 0;
}
