// The merge queue: it first tries a pull request on its own branch.

import { mergeCommit } from "../git/merge.ts";
import { BRANCH_PREFIX, branchSha, moveRef } from "../git/refs.ts";
import { GitHubError } from "../github-error.ts";
import type { PullRequest, Repository } from "../state.ts";
import { signatureOf, type Actor, type World } from "../world.ts";

/** Adds the pull request to the queue, which requests checks on its own commit; returns that commit's id. */
export function enqueue(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<string> {
  return world.inTurn(repository, async () => {
    const git = world.git(repository);
    const { headSha: head, baseRef, number, title } = pullRequest;
    const baseSha = await branchSha(git, baseRef);
    const author = signatureOf(actor.account, world.now());
    const message = `Merge pull request #${number}\n\n${title}`;
    const headSha =
      baseSha && (await mergeCommit(git, { base: baseSha, head, message, author, committer: author }));
    if (!baseSha || !headSha) throw new GitHubError(405, "Pull Request is not mergeable");
    const headRef = `${BRANCH_PREFIX}gh-readonly-queue/${baseRef}/pr-${number}-${baseSha}`;
    await moveRef(git, { name: headRef, to: headSha });
    const about = {
      type: "merge_group",
      action: "checks_requested",
      repository,
      sender: actor.account,
    } as const;
    await world.raise({ ...about, headSha, headRef, baseSha, baseRef: BRANCH_PREFIX + baseRef });
    return headSha;
  });
}
