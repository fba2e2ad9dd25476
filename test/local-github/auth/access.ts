// What a caller may do in a repository: whether it may see it at all, and then what else.

import { reaches } from "../acts/apps.ts";
import { roleOf } from "../acts/repositories.ts";
import { GitHubError, notFound } from "../github-error.ts";
import type { Permissions, Repository } from "../state.ts";
import type { Caller } from "./caller.ts";
import { acceptedPermissions, grants, roleGrants } from "./permissions.ts";

/** Whether the caller has all of `needed` in the repository. */
export function may(caller: Caller, repository: Repository, needed: Permissions): boolean {
  switch (caller.kind) {
    case "installation":
      return sees(caller, repository) && grants(caller.token.permissions, needed);
    case "user": {
      // What an App may do there for a person is not played.
      if (caller.token.appId !== null) return false;
      const role = roleOf(repository, caller.token.account);
      return role !== null && roleGrants(role, needed);
    }
    case "anonymous":
      return !repository.private && roleGrants("read", needed);
    case "app":
      return false;
    default:
      return caller satisfies never;
  }
}

/** A repository that a caller may not see does not exist for it: 404, never 403. */
export function sees(caller: Caller, repository: Repository): boolean {
  if (caller.kind !== "installation") return may(caller, repository, { metadata: "read" });
  const { installation, token } = caller;
  if (!reaches(installation, repository)) return false;
  return token.repositories === "all" || token.repositories.has(repository.id);
}

/** Throws GitHub's 404 or 403 unless one of the alternatives is granted. */
export function demand(caller: Caller, repository: Repository, alternatives: readonly Permissions[]): void {
  if (caller.kind === "app") throw notByThisToken(alternatives);
  if (!sees(caller, repository)) throw notFound();
  if (alternatives.some((needed) => may(caller, repository, needed))) return;
  if (caller.kind === "installation") throw notByThisToken(alternatives);
  if (caller.kind === "anonymous") throw new GitHubError(401, "Requires authentication");
  throw new GitHubError(403, `Must have ${strongest(alternatives)} rights to Repository.`);
}

/** Throws GitHub's 403 where an installation's token has none of the alternatives, whatever the repository. */
export function demandOfToken(caller: Caller, alternatives: readonly Permissions[]): void {
  if (caller.kind !== "installation") return;
  const { permissions } = caller.token;
  if (!alternatives.some((needed) => grants(permissions, needed))) throw notByThisToken(alternatives);
}

function notByThisToken(alternatives: readonly Permissions[]): GitHubError {
  return new GitHubError(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": acceptedPermissions(alternatives) },
  });
}

function strongest(alternatives: readonly Permissions[]): string {
  return alternatives.some((needed) => Object.values(needed).includes("admin")) ? "admin" : "write";
}
