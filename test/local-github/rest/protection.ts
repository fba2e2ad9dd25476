// What protects a branch: classic protection and rulesets.

import { GitHubError } from "../github-error.ts";
import { paged } from "../http/pagination.ts";
import { inRepository, ok, param, type Reply, type RepositoryRequest, type Route } from "../http/route.ts";
import { branchRulesJson, protectionJson } from "../json/protection.ts";

export const protectionRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/branches/{branch}/protection", getProtection),
  // The branch need not exist, so a name can be tested before it is pushed.
  inRepository("GET /repos/{owner}/{repo}/rules/branches/{branch}", (request) => {
    demandPlan(request);
    return paged(request, branchRulesJson(request.repository, param(request, "branch")));
  }),
];

function getProtection(request: RepositoryRequest): Reply {
  const { world, repository } = request;
  demandPlan(request);
  const branch = param(request, "branch");
  const protection = repository.protections.get(branch);
  if (!protection) throw new GitHubError(404, "Branch not protected");
  return ok(protectionJson(world, repository, branch, protection));
}

/** The words that people quote who met this refusal; the same for protection and rulesets. */
function demandPlan({ repository }: RepositoryRequest): void {
  if (!repository.private || repository.rulesSupported) return;
  const message = "Upgrade to GitHub Pro or make this repository public to enable this feature.";
  throw new GitHubError(403, message);
}
