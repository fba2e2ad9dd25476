// Finds the pull request that introduced a commit.

import { isAncestor } from "../git/compare.ts";
import { listCommits } from "../git/commits.ts";
import { branchSha } from "../git/refs.ts";
import type { PullRequest, Repository } from "../state.ts";
import type { World } from "../world.ts";
import { baseShaOf } from "./mergeability.ts";

/**
 * "The merged pull request that introduced the commit to the repository. If the commit is not present in the default
 * branch, additionally returns open pull requests associated with the commit."
 * https://docs.github.com/rest/commits/commits#list-pull-requests-associated-with-a-commit
 */
export async function pullRequestsThatBrought(
  world: World,
  repository: Repository,
  sha: string,
): Promise<PullRequest[]> {
  const git = world.git(repository);
  const tip = await branchSha(git, repository.defaultBranch);
  const isThere = tip !== null && (await isAncestor(git, sha, tip));
  const brought: PullRequest[] = [];
  for (const pullRequest of repository.pullRequests.values()) {
    const { mergedAt, mergeCommitSha, state, headSha } = pullRequest;
    const end = mergedAt ? mergeCommitSha : state === "open" && !isThere ? headSha : null;
    if (end === null) continue;
    const commits = await listCommits(git, await baseShaOf(world, repository, pullRequest), end);
    if (commits.some((commit) => commit.sha === sha)) brought.push(pullRequest);
  }
  return brought;
}
