import { isGitHubFailure } from "../wire/failure.ts";
import type { RepositoryAccess } from "../wire/repository-access.ts";

/** What a person may do in a repository; the role `maintain` counts as `write`, `triage` as `read`. */
export type RepositoryPermission = "admin" | "write" | "read" | "none";

/** Of the five roles, in both fields: an older server and another route name all of them in `permission`. */
const PERMISSIONS: Readonly<Record<string, RepositoryPermission>> = {
  admin: "admin",
  maintain: "write",
  write: "write",
  triage: "read",
  read: "read",
  none: "none",
};

interface Answer {
  readonly permission: string;
  /** One of the five roles, or one that the organization has defined. */
  readonly role_name?: string;
  readonly user?: { readonly permissions?: Readonly<Record<string, boolean | undefined>> } | null;
}

function permissionIn({ permission, role_name: role = "", user }: Answer): RepositoryPermission {
  const { admin = false, push = false, pull = false } = user?.permissions ?? {};
  const may = admin ? "admin" : push ? "write" : pull ? "read" : "none";
  return named(permission) ?? named(role) ?? may;
}

function named(role: string): RepositoryPermission | undefined {
  return Object.hasOwn(PERMISSIONS, role) ? PERMISSIONS[role] : undefined;
}

/**
 * Never cached, so that a person who loses write access loses it here at once. GitHub's `permission` usually maps two of
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
      return permissionIn(data);
    });
  } catch (error) {
    if (isGitHubFailure(error, "not_found")) return "none";
    throw error;
  }
}
