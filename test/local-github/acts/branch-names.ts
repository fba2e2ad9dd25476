// New names: of a branch, and of the branch that is the default.

import { BRANCH_PREFIX, branchSha, deleteRef, isBranchName, moveRef, ZERO_SHA } from "../git/refs.ts";
import { GitHubError } from "../github-error.ts";
import type { Repository } from "../state.ts";
import type { Actor, World } from "../world.ts";
import { forgetMergeability } from "./pull-requests.ts";
import { afterPush } from "./pushes.ts";

/** Chooses another branch as the default. Open pull requests keep their base. */
export function changeDefaultBranch(
  world: World,
  actor: Actor,
  repository: Repository,
  branch: string,
): Promise<void> {
  return world.inTurn(repository, async () => {
    if ((await branchSha(world.git(repository), branch)) === null) {
      throw new GitHubError(
        422,
        `The branch ${branch} was not found. Please push that ref first or create it.`,
      );
    }
    await setDefaultBranch(world, actor, repository, branch);
  });
}

async function setDefaultBranch(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  branch: string,
): Promise<void> {
  const defaultBranchBefore = repository.defaultBranch;
  if (branch === defaultBranchBefore) return;
  repository.defaultBranch = branch;
  repository.updatedAt = world.now();
  await world.git(repository).run(["symbolic-ref", "HEAD", BRANCH_PREFIX + branch]);
  await world.raise({ type: "repository", action: "edited", repository, defaultBranchBefore, sender });
}

/**
 * Renames a branch. Its protection follows, and so does the base of open pull requests; those that come from it are closed:
 * https://docs.github.com/repositories/configuring-branches-and-merges-in-your-repository/managing-branches-in-your-repository/renaming-a-branch
 */
export function renameBranch(
  world: World,
  actor: Actor,
  repository: Repository,
  { from, to }: { readonly from: string; readonly to: string },
): Promise<void> {
  return world.inTurn(repository, async () => {
    const git = world.git(repository);
    const sha = await branchSha(git, from);
    if (sha === null) throw new GitHubError(404, "Branch not found");
    if (!(await isBranchName(git, to))) throw new GitHubError(422, `${to} is not a valid ref name.`);
    if ((await branchSha(git, to)) !== null) throw new GitHubError(422, "Reference already exists");
    const [before, after] = [BRANCH_PREFIX + from, BRANCH_PREFIX + to];
    await moveRef(git, { name: after, to: sha, expected: ZERO_SHA });
    await afterPush(world, actor, repository, [{ ref: after, before: ZERO_SHA, after: sha }]);
    moveProtection(repository, from, to);
    if (repository.defaultBranch === from) await setDefaultBranch(world, actor, repository, to);
    await retarget(world, actor, repository, { from, to, sha });
    await deleteRef(git, before, sha);
    await afterPush(world, actor, repository, [{ ref: before, before: sha, after: ZERO_SHA }]);
  });
}

function moveProtection({ protections }: Repository, from: string, to: string): void {
  const protection = protections.get(from);
  if (!protection) return;
  protections.delete(from);
  protections.set(to, protection);
}

async function retarget(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  { from, to, sha }: { from: string; to: string; sha: string },
): Promise<void> {
  const changes = { base: { ref: { from }, sha: { from: sha } } };
  for (const pullRequest of repository.pullRequests.values()) {
    if (pullRequest.state !== "open" || pullRequest.baseRef !== from) continue;
    pullRequest.baseRef = to;
    pullRequest.updatedAt = world.now();
    forgetMergeability(world, pullRequest);
    await world.raise({ type: "pull_request", action: "edited", repository, pullRequest, changes, sender });
  }
}
