import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** What a person may do in a repository; the role `maintain` counts as `write`, `triage` as `read`. */
export type RepositoryPermission = "admin" | "write" | "read" | "none";

const PERMISSIONS: Readonly<Record<string, RepositoryPermission>> = {
  admin: "admin",
  write: "write",
  read: "read",
};

/**
 * Never cached, so that a person who loses write access loses it here at once. GitHub's answer already maps two of
 * its five roles to others, and an organization's own roles to the nearest one.
 * https://docs.github.com/en/rest/collaborators/collaborators#get-repository-permissions-for-a-user
 *
 * @returns `none` also for an account that does not exist
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
