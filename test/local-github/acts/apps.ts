// GitHub Apps: registering, installing, and later changes to an installation by its owner.

import { createPublicKey, randomBytes } from "node:crypto";
import { keyPair } from "../key-pairs.ts";
import type { App, Installation, Permissions, Repository } from "../state.ts";
import type { Account } from "../account.ts";
import type { World } from "../world.ts";
import { createAccount } from "./accounts.ts";

export interface AppRegistration {
  readonly slug: string;
  readonly owner: Account;
  readonly permissions: Permissions;
  readonly events: readonly string[];
  readonly webhook?: { readonly url: string; readonly secret: string };
  readonly callbackUrls?: readonly string[];
}

/** Registers an App with its own key and its `<slug>[bot]` account. */
export function createApp(world: World, registration: AppRegistration): App {
  const { publicKey, privateKey } = keyPair(world.state.apps.size);
  const { slug, owner, permissions, events, webhook, callbackUrls = [] } = registration;
  const identity = world.newIdentity("A");
  const app: App = {
    ...identity,
    clientId: `Iv23li${identity.id.toString(36).padStart(14, "0")}`,
    clientSecret: randomBytes(20).toString("hex"),
    callbackUrls: [...callbackUrls],
    authorizedBy: new Set(),
    slug,
    name: slug,
    createdAt: world.now(),
    bot: createAccount(world, `${slug}[bot]`, "Bot"),
    owner,
    privateKeyPem: privateKey,
    publicKey: createPublicKey(publicKey),
    permissions: { metadata: "read", ...permissions },
    events: [...events],
    webhook: webhook ?? null,
  };
  world.state.apps.set(app.id, app);
  return app;
}

export interface InstallationChoice {
  readonly repositories: "all" | readonly Repository[];
  /** The permissions that the owner granted; by default those of the App. */
  readonly permissions?: Permissions;
}

/** Installs an App on an account, as its owner does in the browser. */
export async function install(
  world: World,
  app: App,
  account: Account,
  { repositories, permissions = app.permissions }: InstallationChoice,
): Promise<Installation> {
  const { id } = world.newIdentity("IN");
  const installation: Installation = {
    id,
    appId: app.id,
    account,
    createdAt: world.now(),
    repositories: repositories === "all" ? "all" : new Set(repositories.map((each) => each.id)),
    permissions: { metadata: "read", ...permissions },
    suspendedAt: null,
  };
  world.state.installations.set(id, installation);
  await raiseInstallation(world, installation, "created");
  return installation;
}

/** Removes the App from the account; its tokens stop working at once. */
export async function uninstall(world: World, installation: Installation): Promise<void> {
  const reachable = repositoriesOf(world, installation);
  world.state.installations.delete(installation.id);
  for (const [token, { installationId }] of world.state.installationTokens) {
    if (installationId === installation.id) world.state.installationTokens.delete(token);
  }
  const { account: sender } = installation;
  await world.raise({
    type: "installation",
    action: "deleted",
    installation,
    repositories: reachable,
    sender,
  });
}

export async function setSuspended(world: World, installation: Installation, on: boolean): Promise<void> {
  installation.suspendedAt = on ? world.now() : null;
  await raiseInstallation(world, installation, on ? "suspend" : "unsuspend");
}

/** Changes the granted permissions; tokens issued before keep theirs. */
export async function grantPermissions(
  world: World,
  installation: Installation,
  permissions: Permissions,
): Promise<void> {
  installation.permissions = { metadata: "read", ...permissions };
  await raiseInstallation(world, installation, "new_permissions_accepted");
}

/** Adds repositories to an installation with a list, or removes them. */
export async function changeRepositories(
  world: World,
  installation: Installation,
  { added = [], removed = [] }: { added?: readonly Repository[]; removed?: readonly Repository[] },
): Promise<void> {
  if (installation.repositories === "all") {
    throw new Error(
      "This installation has all repositories; install the App with a list of repositories to change the list.",
    );
  }
  for (const repository of added) installation.repositories.add(repository.id);
  for (const repository of removed) installation.repositories.delete(repository.id);
  const event = { type: "installation_repositories", installation, sender: installation.account } as const;
  const repositoriesAdded = [...added];
  const repositoriesRemoved = [...removed];
  if (added.length > 0)
    await world.raise({ ...event, action: "added", repositoriesAdded, repositoriesRemoved: [] });
  if (removed.length > 0)
    await world.raise({ ...event, action: "removed", repositoriesAdded: [], repositoriesRemoved });
}

/** The repositories that an installation can reach now. */
export function repositoriesOf(world: World, installation: Installation): Repository[] {
  return [...world.state.repositories.values()].filter((repository) => reaches(installation, repository));
}

export function reaches(installation: Installation, repository: Repository): boolean {
  if (installation.account !== repository.owner) return false;
  return installation.repositories === "all" || installation.repositories.has(repository.id);
}

/** The installations, of any App, that can reach a repository and are not suspended. */
export function installationsOn(world: World, repository: Repository): Installation[] {
  return [...world.state.installations.values()].filter(
    (installation) => installation.suspendedAt === null && reaches(installation, repository),
  );
}

async function raiseInstallation(
  world: World,
  installation: Installation,
  action: "created" | "suspend" | "unsuspend" | "new_permissions_accepted",
): Promise<void> {
  const repositories = repositoriesOf(world, installation);
  await world.raise({
    type: "installation",
    action,
    installation,
    repositories,
    sender: installation.account,
  });
}
