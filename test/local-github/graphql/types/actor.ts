import { grants } from "../../auth/permissions.ts";
import { GitHubError } from "../../github-error.ts";
import type { Account, Team } from "../../account.ts";
import type { Context, Fields } from "../context.ts";

/** `User`, `Bot` or `Organization`, all of them actors. A bot's login has no `[bot]` in GraphQL. */
export function actorFields({ world }: Context, account: Account): Fields {
  const { type, id, nodeId, login, email } = account;
  const name = login.replace(/\[bot\]$/, "");
  const page = type === "Bot" ? `/apps/${name}` : `/${login}`;
  return {
    __typename: type,
    id: nodeId,
    databaseId: id,
    login: name,
    name: type === "Bot" ? null : login,
    email: type === "User" ? email : null,
    avatarUrl: `${world.origin}/avatars/${id}`,
    resourcePath: page,
    url: `${world.origin}${page}`,
  };
}

/** An organization as an actor, with its teams; reading those needs `members: read`, and the App installed there. */
export function organizationFields(context: Context, organization: Account): Fields {
  return {
    ...actorFields(context, organization),
    team: ({ slug }: { slug: string }) => {
      demandMembers(context, organization);
      const team = context.world.state.teams.get(`${organization.login}/${slug}`.toLowerCase());
      return team ? teamFields(context, team) : null;
    },
  };
}

function demandMembers({ caller }: Context, organization: Account): void {
  if (caller.kind === "user") return;
  const isInstalled = caller.kind === "installation" && caller.installation.account === organization;
  if (isInstalled && grants(caller.token.permissions, { members: "read" })) return;
  throw new GitHubError(403, "Resource not accessible by integration");
}

/** The schema has the viewer as a `User`, even if an App asks; then its login ends with `[bot]`. */
export function viewerFields(context: Context, account: Account): Fields {
  return { ...actorFields(context, account), __typename: "User", login: account.login };
}

export function teamFields({ world }: Context, team: Team): Fields {
  const { id, nodeId, slug, name, organization } = team;
  return {
    __typename: "Team",
    id: nodeId,
    databaseId: id,
    slug,
    name,
    combinedSlug: `${organization.login}/${slug}`,
    url: `${world.origin}/orgs/${organization.login}/teams/${slug}`,
  };
}
