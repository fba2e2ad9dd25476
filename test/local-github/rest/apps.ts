// The App itself, its installations, and its tokens.

import { z } from "zod";
import { reaches, repositoriesOf, setSuspended, uninstall } from "../acts/apps.ts";
import { issueInstallationToken } from "../auth/installation-tokens.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { paged } from "../http/pagination.ts";
import {
  NO_CONTENT,
  asApp,
  inPublic,
  movedTo,
  numberParam,
  ok,
  param,
  parseBody,
  type AppRequest,
  type Reply,
  type Route,
} from "../http/route.ts";
import { installationJson, installationTokenJson, ownAppJson } from "../json/app.ts";
import { repositoryJson } from "../json/repository.ts";
import type { Installation } from "../state.ts";

const TokenRequest = z.object({
  repositories: z.array(z.string()).optional(),
  repository_ids: z.array(z.int()).optional(),
  permissions: z.record(z.string(), z.enum(["read", "write", "admin"])).optional(),
});

export const appRoutes: readonly Route[] = [
  asApp("GET /app", ({ world, app }) => ok(ownAppJson(world, app))),
  asApp("GET /app/installations", (request) => {
    const own = installationsOf(request);
    return paged(
      request,
      own.map((installation) => installationJson(request.world, installation)),
    );
  }),
  asApp("GET /app/installations/{installation_id}", (request) =>
    ok(installationJson(request.world, ownInstallation(request))),
  ),
  asApp("DELETE /app/installations/{installation_id}", async (request) => {
    await uninstall(request.world, ownInstallation(request));
    return NO_CONTENT;
  }),
  asApp("PUT /app/installations/{installation_id}/suspended", async (request) => {
    await setSuspended(request.world, ownInstallation(request), true);
    return NO_CONTENT;
  }),
  asApp("DELETE /app/installations/{installation_id}/suspended", async (request) => {
    await setSuspended(request.world, ownInstallation(request), false);
    return NO_CONTENT;
  }),
  asApp("POST /app/installations/{installation_id}/access_tokens", (request) => {
    const { repositories, repository_ids: repositoryIds, permissions } = parseBody(request, TokenRequest);
    const installation = ownInstallation(request);
    const narrowing = { repositories, repositoryIds, permissions };
    const issued = issueInstallationToken(request.world, installation, narrowing);
    return ok(installationTokenJson(request.world, installation, issued), 201);
  }),
  asApp("GET /repos/{owner}/{repo}/installation", (request) => {
    const [owner, name] = [param(request, "owner"), param(request, "repo")];
    const repository = request.world.findRepository(owner, name);
    if (!repository) return movedInstallation(request, `${owner}/${name}`);
    return found(request, (installation) => reaches(installation, repository));
  }),
  asApp("GET /orgs/{org}/installation", (request) => {
    const account = request.world.findAccount(param(request, "org"));
    return found(request, (each) => each.account === account && account.type === "Organization");
  }),
  asApp("GET /users/{username}/installation", (request) => {
    const account = request.world.findAccount(param(request, "username"));
    return found(request, (each) => each.account === account);
  }),
  inPublic("GET /installation/repositories", (request) => {
    const { caller, world } = request;
    if (caller.kind !== "installation") throw new GitHubError(403, "Resource not accessible by integration");
    const { repositories } = caller.token;
    const reached = repositoriesOf(world, caller.installation).filter(
      ({ id }) => repositories === "all" || repositories.has(id),
    );
    const selection = caller.installation.repositories === "all" ? "all" : "selected";
    return paged(request, reached, (page, total) => ({
      total_count: total,
      repository_selection: selection,
      repositories: page.map((repository) => repositoryJson(world, repository)),
    }));
  }),
  inPublic("DELETE /installation/token", ({ caller, world }) => {
    if (caller.kind !== "installation") throw new GitHubError(403, "Resource not accessible by integration");
    world.state.installationTokens.delete(caller.token.token);
    return NO_CONTENT;
  }),
];

function installationsOf({ world, app }: AppRequest): Installation[] {
  return [...world.state.installations.values()].filter(({ appId }) => appId === app.id);
}

function ownInstallation(request: AppRequest): Installation {
  const installation = request.world.state.installations.get(numberParam(request, "installation_id"));
  if (installation?.appId !== request.app.id) throw notFound();
  return installation;
}

/** "Moved permanently": redirects to the address with the repository's id if it was renamed. */
function movedInstallation(request: AppRequest, formerName: string): Reply {
  const { world } = request;
  const id = world.state.formerNames.get(formerName.toLowerCase());
  const renamed = id === undefined ? undefined : world.state.repositories.get(id);
  if (!renamed || !installationsOf(request).some((each) => reaches(each, renamed))) throw notFound();
  return movedTo(`${world.origin}/repositories/${renamed.id}/installation`, 301);
}

function found(request: AppRequest, matches: (installation: Installation) => boolean) {
  const installation = installationsOf(request).find(matches);
  if (!installation) throw notFound();
  return ok(installationJson(request.world, installation));
}
