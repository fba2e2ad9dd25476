import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

const PAGE_ITEMS = 100;

/**
 * Deletes a branch of the repository, whatever its last commit is. A branch that is already gone is not a failure.
 * https://docs.github.com/en/rest/git/refs#delete-a-reference
 *
 * @throws OrbError `validation_failed` if rules forbid deleting the branch
 */
export async function deleteBranch(
  access: RepositoryAccess,
  branch: string,
): Promise<"deleted" | "already_gone"> {
  try {
    await access.ask((octokit) =>
      octokit.request("DELETE /repos/{owner}/{repo}/git/refs/{ref}", {
        ...access.route,
        ref: `heads/${branch}`,
      }),
    );
    return "deleted";
  } catch (error) {
    if (isGitHubFailure(error, "ref_not_found")) return "already_gone";
    throw error;
  }
}

/**
 * Numbers of the open pull requests that come from a branch of this repository or go into it, at most a hundred of
 * each: deleting the branch would close the former and change the base of the latter.
 */
export async function listBranchUsers(access: RepositoryAccess, branch: string): Promise<number[]> {
  return access.ask(async (octokit) => {
    const route = "GET /repos/{owner}/{repo}/pulls";
    const open = { ...access.route, state: "open", per_page: PAGE_ITEMS } as const;
    const answers = await Promise.all([
      octokit.request(route, { ...open, head: `${access.owner}:${branch}` }),
      octokit.request(route, { ...open, base: branch }),
    ]);
    return [...new Set(answers.flatMap(({ data }) => data.map(({ number }) => number)))];
  });
}
