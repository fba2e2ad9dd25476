// People, organizations, teams, and the tokens that people use.

import { randomBytes } from "node:crypto";
import type { Account, Team } from "../account.ts";
import type { Membership } from "../state.ts";
import { fullName, type World } from "../world.ts";

const PREFIX = { User: "U", Organization: "O", Bot: "BOT" } as const;

/** Creates an account; logins are unique regardless of case. */
export function createAccount(world: World, login: string, type: Account["type"]): Account {
  if (world.findAccount(login))
    throw new Error(`The account "${login}" already exists; choose another login.`);
  const { id, nodeId } = world.newIdentity(PREFIX[type]);
  const account = { id, nodeId, login, type, email: `${id}+${login}@users.noreply.github.com` };
  world.state.accounts.set(login.toLowerCase(), account);
  return account;
}

/** Changes the login; the old names of its repositories keep working until somebody takes them. */
export async function renameAccount(world: World, account: Account, login: string): Promise<void> {
  if (world.findAccount(login)) throw new Error(`The account "${login}" already exists.`);
  const loginBefore = account.login;
  const { accounts, repositories, formerNames, installations } = world.state;
  for (const repository of repositories.values()) {
    if (repository.owner === account) formerNames.set(fullName(repository).toLowerCase(), repository.id);
  }
  accounts.delete(loginBefore.toLowerCase());
  account.login = login;
  accounts.set(login.toLowerCase(), account);
  const event = { type: "installation_target", action: "renamed", loginBefore, sender: account } as const;
  for (const installation of installations.values()) {
    if (installation.account === account) await world.raise({ ...event, installation });
  }
}

export function createTeam(world: World, organization: Account, slug: string): Team {
  const team = { ...world.newIdentity("T"), organization, slug, name: slug };
  world.state.teams.set(`${organization.login}/${slug}`.toLowerCase(), team);
  return team;
}

/** Makes a person a member of an organization, or invites them. */
export function addMember(
  world: World,
  organization: Account,
  account: Account,
  state: Membership["state"],
): void {
  world.state.members.set(`${organization.login}/${account.login}`.toLowerCase(), { account, state });
}

/** Makes a person a member of a team, and of its organization. */
export function addTeamMember(world: World, team: Team, account: Account, state: Membership["state"]): void {
  addMember(world, team.organization, account, state);
  const key = `${team.organization.login}/${team.slug}/${account.login}`.toLowerCase();
  world.state.teamMembers.set(key, { account, state });
}

/** A new personal access token, for the API and for git over HTTP (as the password). */
export function issueUserToken(world: World, account: Account): string {
  const token = `ghp_${randomBytes(18).toString("hex")}`;
  world.state.userTokens.set(token, { token, account, appId: null, expiresAt: null });
  return token;
}
