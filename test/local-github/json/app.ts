import type { App, Installation, InstallationToken } from "../state.ts";
import type { World } from "../world.ts";
import { repositoriesOf } from "../acts/apps.ts";
import { accountJson } from "./account.ts";
import { repositoryJson } from "./repository.ts";
import { isoTime, isoTimeOrNull, type Schema } from "./schema.ts";

type AppJson = NonNullable<Schema<"integration">>;

export function appJson(world: World, app: App): AppJson {
  return {
    id: app.id,
    slug: app.slug,
    node_id: app.nodeId,
    client_id: app.clientId,
    owner: accountJson(world, app.owner),
    name: app.name,
    description: null,
    external_url: world.origin,
    html_url: `${world.origin}/apps/${app.slug}`,
    created_at: isoTime(app.createdAt),
    updated_at: isoTime(app.createdAt),
    permissions: app.permissions,
    events: app.events,
  };
}

/** What only the App itself may see: how many installations it has. */
export function ownAppJson(world: World, app: App): AppJson {
  const installations = [...world.state.installations.values()].filter(({ appId }) => appId === app.id);
  return { ...appJson(world, app), installations_count: installations.length };
}

export function installationJson(world: World, installation: Installation): Schema<"installation"> {
  const { id, account, appId } = installation;
  const app = world.state.apps.get(appId);
  if (!app) throw new Error(`Installation ${id} belongs to App ${appId}, which does not exist.`);
  const isOrganization = account.type === "Organization";
  return {
    id,
    client_id: app.clientId,
    account: accountJson(world, account),
    repository_selection: installation.repositories === "all" ? "all" : "selected",
    access_tokens_url: `${world.origin}/app/installations/${id}/access_tokens`,
    repositories_url: `${world.origin}/installation/repositories`,
    html_url: isOrganization
      ? `${world.origin}/organizations/${account.login}/settings/installations/${id}`
      : `${world.origin}/settings/installations/${id}`,
    app_id: app.id,
    app_slug: app.slug,
    target_id: account.id,
    target_type: account.type,
    permissions: { ...installation.permissions },
    events: app.events,
    created_at: isoTime(installation.createdAt),
    updated_at: isoTime(installation.createdAt),
    single_file_name: null,
    has_multiple_single_files: false,
    single_file_paths: [],
    suspended_by: installation.suspendedAt ? accountJson(world, account) : null,
    suspended_at: isoTimeOrNull(installation.suspendedAt),
  };
}

/** The token, and what it can reach if it was restricted. */
export function installationTokenJson(
  world: World,
  installation: Installation,
  issued: InstallationToken,
): Schema<"installation-token"> {
  const { repositories } = issued;
  const json = {
    token: issued.token,
    expires_at: isoTime(issued.expiresAt),
    permissions: { ...issued.permissions },
    repository_selection: repositories === "all" && installation.repositories === "all" ? "all" : "selected",
  } as const;
  if (repositories === "all") return json;
  const reached = repositoriesOf(world, installation).filter(({ id }) => repositories.has(id));
  return { ...json, repositories: reached.map((repository) => repositoryJson(world, repository)) };
}
