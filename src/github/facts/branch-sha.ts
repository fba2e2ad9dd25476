import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/**
 * The last commit of a branch; `null` if there is no branch of this name.
 * https://docs.github.com/en/rest/git/refs#get-a-reference
 */
export async function readBranchSha(access: RepositoryAccess, branch: string): Promise<string | null> {
  try {
    return await access.ask(async (octokit) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
        ...access.route,
        ref: `heads/${branch}`,
      });
      return data.object.sha;
    });
  } catch (error) {
    if (isGitHubFailure(error, "not_found")) return null;
    throw error;
  }
}

/** Whether there is a branch of this name. */
export async function hasBranch(access: RepositoryAccess, branch: string): Promise<boolean> {
  return (await readBranchSha(access, branch)) !== null;
}
