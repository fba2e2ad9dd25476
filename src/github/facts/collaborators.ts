import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** What somebody may do in a repository; whoever maintains may write, whoever triages may read. */
export type RepositoryPermission = "admin" | "write" | "read" | "none";

const PERMISSIONS: Readonly<Record<string, RepositoryPermission>> = {
  admin: "admin",
  write: "write",
  read: "read",
};

/**
 * Asked anew each time: who lost the right to write loses it at once. GitHub's answer has already made two of five
 * roles into others, and of those that an organization invents itself the nearest.
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 *
 * @returns `none` also for somebody who does not exist
 */
export async function readPermission(access: RepositoryAccess, login: string): Promise<RepositoryPermission> {
  try {
    return await access.ask(async (octokit) => {
      const { data } = await octokit.request(
        "GET /repos/{owner}/{repo}/collaborators/{username}/permission",
        { ...access.route, username: login },
      );
      return PERMISSIONS[data.permission] ?? "none";
    });
  } catch (error) {
    if (isGitHubFailure(error, "not_found")) return "none";
    throw error;
  }
}
