// Repositories, their branches, and what people may do in them.

import { roleOf } from "../acts/repositories.ts";
import { requirementsOf } from "../acts/branches.ts";
import { readCommit } from "../git/commits.ts";
import { BRANCH_PREFIX, branchSha, listRefs } from "../git/refs.ts";
import { GitHubError } from "../github-error.ts";
import { paged } from "../http/pagination.ts";
import { inRepository, ok, param, type Reply, type RepositoryRequest, type Route } from "../http/route.ts";
import { accountJson } from "../json/account.ts";
import { commitJson } from "../json/commit.ts";
import { protectionSummaryJson } from "../json/protection.ts";
import { fullRepositoryJson } from "../json/repository.ts";
import type { Schema } from "../json/schema.ts";
import { repositoryApi, repositoryPage } from "../json/urls.ts";

export const repositoryRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}", ({ world, repository }) =>
    ok(fullRepositoryJson(world, repository)),
  ),
  inRepository("GET /repos/{owner}/{repo}/branches", listBranches),
  inRepository("GET /repos/{owner}/{repo}/branches/{branch}", getBranch),
  inRepository("GET /repos/{owner}/{repo}/collaborators/{username}/permission", getPermission),
];

async function listBranches(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git, url } = request;
  const refs = await listRefs(git, BRANCH_PREFIX);
  const branches = refs.map(({ name, sha }): Schema<"short-branch"> => {
    const branch = name.slice(BRANCH_PREFIX.length);
    const commit = { sha, url: `${repositoryApi(world, repository)}/commits/${sha}` };
    return { name: branch, commit, protected: isProtected(request, branch) };
  });
  const wanted = url.searchParams.get("protected");
  return paged(
    request,
    branches.filter((branch) => wanted === null || String(branch.protected) === wanted),
  );
}

async function getBranch(request: RepositoryRequest): Promise<Reply> {
  const { world, repository, git } = request;
  const name = param(request, "branch");
  const sha = await branchSha(git, name);
  if (sha === null) throw new GitHubError(404, "Branch not found");
  const self = `${repositoryApi(world, repository)}/branches/${encodeURIComponent(name)}`;
  const json: Schema<"branch-with-protection"> = {
    name,
    commit: commitJson(world, repository, await readCommit(git, sha)),
    _links: { self, html: `${repositoryPage(world, repository)}/tree/${name}` },
    protected: isProtected(request, name),
    protection: protectionSummaryJson(repository, name),
    protection_url: `${self}/protection`,
  };
  return ok(json);
}

function isProtected({ repository }: RepositoryRequest, branch: string): boolean {
  const { checks, approvals } = requirementsOf(repository, branch);
  return repository.protections.has(branch) || checks.length > 0 || approvals > 0;
}

/** The five roles in the three words of the older field. */
const PERMISSION_OF_ROLE = {
  read: "read",
  triage: "read",
  write: "write",
  maintain: "write",
  admin: "admin",
} as const;

function getPermission(request: RepositoryRequest): Reply {
  const { world, repository } = request;
  const login = param(request, "username");
  const account = world.findAccount(login);
  if (!account) throw new GitHubError(404, `${login} is not a user`);
  const role = roleOf(repository, account);
  const permission = role === null ? "none" : PERMISSION_OF_ROLE[role];
  const json: Schema<"repository-collaborator-permission"> = {
    permission,
    role_name: role ?? "none",
    user: {
      ...accountJson(world, account),
      role_name: role ?? "none",
      permissions: {
        pull: role !== null,
        triage: role !== null && role !== "read",
        push: permission === "write" || permission === "admin",
        maintain: role === "maintain" || role === "admin",
        admin: role === "admin",
      },
    },
  };
  return ok(json);
}
