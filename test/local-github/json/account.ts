import type { PullRequest, Issue, Repository } from "../state.ts";
import type { Account, Team } from "../account.ts";
import type { World } from "../world.ts";
import type { Schema } from "./schema.ts";

export function accountJson(world: World, account: Account): Schema<"simple-user"> {
  const { login, id, nodeId, type } = account;
  const url = `${world.origin}/users/${encodeURIComponent(login)}`;
  return {
    login,
    id,
    node_id: nodeId,
    avatar_url: `${world.origin}/avatars/${id}`,
    gravatar_id: "",
    url,
    html_url: htmlUrl(world, account),
    followers_url: `${url}/followers`,
    following_url: `${url}/following{/other_user}`,
    gists_url: `${url}/gists{/gist_id}`,
    starred_url: `${url}/starred{/owner}{/repo}`,
    subscriptions_url: `${url}/subscriptions`,
    organizations_url: `${url}/orgs`,
    repos_url: `${url}/repos`,
    events_url: `${url}/events{/privacy}`,
    received_events_url: `${url}/received_events`,
    type,
    user_view_type: "public",
    site_admin: false,
  };
}

export function organizationJson(world: World, account: Account): Schema<"organization-simple"> {
  const { login, id, nodeId } = account;
  const url = `${world.origin}/orgs/${login}`;
  return {
    login,
    id,
    node_id: nodeId,
    url,
    repos_url: `${url}/repos`,
    events_url: `${url}/events`,
    hooks_url: `${url}/hooks`,
    issues_url: `${url}/issues`,
    members_url: `${url}/members{/member}`,
    public_members_url: `${url}/public_members{/member}`,
    avatar_url: `${world.origin}/avatars/${id}`,
    description: null,
  };
}

function htmlUrl(world: World, { login, type }: Account): string {
  return type === "Bot"
    ? `${world.origin}/apps/${login.replace(/\[bot\]$/, "")}`
    : `${world.origin}/${login}`;
}

export function teamJson(world: World, team: Team): Schema<"team"> {
  const { id, nodeId, name, slug, organization } = team;
  const url = `${world.origin}/organizations/${organization.id}/team/${id}`;
  return {
    id,
    node_id: nodeId,
    name,
    slug,
    description: null,
    privacy: "closed",
    notification_setting: "notifications_enabled",
    permission: "pull",
    url,
    html_url: `${world.origin}/orgs/${organization.login}/teams/${slug}`,
    members_url: `${url}/members{/member}`,
    repositories_url: `${url}/repos`,
    type: "organization",
    organization_id: organization.id,
    parent: null,
  };
}

/** The relation of the author to the repository. */
export function associationOf(
  repository: Repository,
  { author }: Pick<PullRequest | Issue, "author">,
): Schema<"author-association"> {
  if (author === repository.owner) return "OWNER";
  return repository.collaborators.has(author.login.toLowerCase()) ? "COLLABORATOR" : "NONE";
}
