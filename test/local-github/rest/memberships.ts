// Whether a person belongs to an organization or a team.

import { acceptedPermissions, grants } from "../auth/permissions.ts";
import { permissionsFor } from "../auth/rest-permissions.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { type ApiRequest, inPublic, ok, param, type Route } from "../http/route.ts";
import { accountJson, organizationJson } from "../json/account.ts";
import type { Account } from "../account.ts";
import type { Membership } from "../state.ts";

const OWN = "/user/memberships/orgs/{org}";
const OF_TEAM = "/orgs/{org}/teams/{team_slug}/memberships/{username}";

export const membershipRoutes: readonly Route[] = [
  inPublic(`GET ${OWN}`, (request) => {
    const { world, caller } = request;
    const organization = demandMembers(request, OWN);
    if (caller.kind !== "user") throw new GitHubError(403, "Resource not accessible by integration");
    const { account } = caller.token;
    const { state } = membershipOf(request, organization, account);
    const url = `${world.origin}/orgs/${organization.login}`;
    return ok({
      url: `${url}/memberships/${account.login}`,
      state,
      role: "member",
      organization_url: url,
      organization: organizationJson(world, organization),
      user: accountJson(world, account),
    });
  }),
  inPublic(`GET ${OF_TEAM}`, (request) => {
    const { world, caller } = request;
    const organization = demandMembers(request, OF_TEAM);
    // A team is seen by the members of its organization.
    if (caller.kind === "user") membershipOf(request, organization, caller.token.account);
    const team = world.state.teams.get(`${organization.login}/${param(request, "team_slug")}`.toLowerCase());
    const key = `${organization.login}/${team?.slug}/${param(request, "username")}`.toLowerCase();
    const member = world.state.teamMembers.get(key);
    if (!team || !member) throw notFound();
    const url = `${world.origin}/organizations/${organization.id}/team/${team.id}/memberships/${member.account.login}`;
    return ok({ url, role: "member", state: member.state });
  }),
];

/**
 * The organization, for a caller that may read its members: an App only where it is installed and has the permission, also if it
 * acts for a person.
 */
function demandMembers(request: ApiRequest, template: string): Account {
  const { world, caller } = request;
  if (caller.kind === "anonymous") throw new GitHubError(401, "Requires authentication");
  const organization = world.findAccount(param(request, "org"));
  if (organization?.type !== "Organization") throw notFound();
  const appId = caller.kind === "user" ? caller.token.appId : caller.kind === "app" ? caller.app.id : null;
  const installation =
    caller.kind === "installation"
      ? caller.installation
      : [...world.state.installations.values()].find(
          (each) => each.appId === appId && each.account === organization,
        );
  if (caller.kind === "user" && appId === null) return organization;
  const alternatives = permissionsFor("GET", template);
  const isGranted =
    installation?.account === organization &&
    installation.suspendedAt === null &&
    alternatives.some((needed) => grants(installation.permissions, needed));
  if (isGranted) return organization;
  throw new GitHubError(403, "Resource not accessible by integration", {
    headers: { "x-accepted-github-permissions": acceptedPermissions(alternatives) },
  });
}

function membershipOf({ world }: ApiRequest, organization: Account, account: Account): Membership {
  const membership = world.state.members.get(`${organization.login}/${account.login}`.toLowerCase());
  if (!membership) throw notFound();
  return membership;
}
