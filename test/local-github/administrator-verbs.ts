// What owners and administrators do on the local GitHub: accounts, Apps, repositories and their rules.

import {
  addMember,
  addTeamMember,
  createAccount,
  createTeam,
  issueUserToken,
  renameAccount,
} from "./acts/accounts.ts";
import * as apps from "./acts/apps.ts";
import { changeDefaultBranch, renameBranch } from "./acts/branch-names.ts";
import * as branches from "./acts/branches.ts";
import * as repositories from "./acts/repositories.ts";
import type { Ruleset } from "./branch-rules.ts";
import type { App, CollaboratorRole, Installation, Membership, Permissions, Repository } from "./state.ts";
import type { Account, Team } from "./account.ts";
import type { Actor, World } from "./world.ts";

/** Who does it; octocat by default. */
export interface By {
  readonly by?: Account;
}

export type NewApp = Omit<apps.AppRegistration, "owner" | "events"> &
  Partial<Pick<apps.AppRegistration, "owner" | "events">>;

export class AdministratorVerbs {
  readonly world: World;
  /** The person behind everything that a test does not attribute to somebody else; admin of every repository. */
  readonly octocat: Account;

  constructor(world: World) {
    this.world = world;
    this.octocat = createAccount(world, "octocat", "User");
  }

  createUser(login: string): Account {
    return createAccount(this.world, login, "User");
  }

  createOrganization(login: string): Account {
    return createAccount(this.world, login, "Organization");
  }

  renameAccount(account: Account, login: string): Promise<void> {
    return renameAccount(this.world, account, login);
  }

  createTeam(organization: Account, slug: string): Team {
    return createTeam(this.world, organization, slug);
  }

  /** Somebody who was only invited is `pending`. */
  addMember(organization: Account, account: Account, state: Membership["state"] = "active"): void {
    addMember(this.world, organization, account, state);
  }

  addTeamMember(team: Team, account: Account, state: Membership["state"] = "active"): void {
    addTeamMember(this.world, team, account, state);
  }

  /** Signs a person in to the pages of GitHub, in every browser; `null` signs out. */
  signIn(account: Account | null): void {
    this.world.signedIn = account;
  }

  /** For the API, and for git over HTTP as the password of any user name. */
  userToken(account: Account): string {
    return issueUserToken(this.world, account);
  }

  /** Registers an App with a key pair; octocat owns it by default. */
  createApp({ owner = this.octocat, events = [], ...wanted }: NewApp): App {
    return apps.createApp(this.world, { owner, events, ...wanted });
  }

  install(app: App, account: Account, choice: apps.InstallationChoice): Promise<Installation> {
    return apps.install(this.world, app, account, choice);
  }

  uninstall(installation: Installation): Promise<void> {
    return apps.uninstall(this.world, installation);
  }

  suspend(installation: Installation): Promise<void> {
    return apps.setSuspended(this.world, installation, true);
  }

  unsuspend(installation: Installation): Promise<void> {
    return apps.setSuspended(this.world, installation, false);
  }

  grantPermissions(installation: Installation, permissions: Permissions): Promise<void> {
    return apps.grantPermissions(this.world, installation, permissions);
  }

  changeRepositories(
    installation: Installation,
    change: { added?: readonly Repository[]; removed?: readonly Repository[] },
  ): Promise<void> {
    return apps.changeRepositories(this.world, installation, change);
  }

  /** Invalidates every installation token that was issued, as an hour's wait would. */
  expireTokens(): void {
    this.world.state.installationTokens.clear();
  }

  /** Creates a repository with a first commit on the default branch, and octocat as an admin. */
  async createRepository(wanted: repositories.NewRepository): Promise<Repository> {
    const repository = await repositories.createRepository(this.world, wanted);
    this.addCollaborator(repository, this.octocat, "admin");
    return repository;
  }

  addCollaborator(repository: Repository, account: Account, role: CollaboratorRole): void {
    repository.collaborators.set(account.login.toLowerCase(), role);
  }

  renameRepository(repository: Repository, name: string, { by }: By = {}): Promise<void> {
    return repositories.renameRepository(this.world, this.actor(by), repository, name);
  }

  transferRepository(repository: Repository, owner: Account, { by }: By = {}): Promise<void> {
    return repositories.transferRepository(this.world, this.actor(by), repository, owner);
  }

  archive(repository: Repository, { by }: By = {}): Promise<void> {
    return repositories.setArchived(this.world, this.actor(by), repository, true);
  }

  unarchive(repository: Repository, { by }: By = {}): Promise<void> {
    return repositories.setArchived(this.world, this.actor(by), repository, false);
  }

  deleteRepository(repository: Repository, { by }: By = {}): Promise<void> {
    return repositories.deleteRepository(this.world, this.actor(by), repository);
  }

  /** With the events that GitHub sends for it; the bases of open pull requests follow. */
  renameBranch(
    repository: Repository,
    names: { readonly from: string; readonly to: string },
    { by }: By = {},
  ): Promise<void> {
    return renameBranch(this.world, this.actor(by), repository, names);
  }

  changeDefaultBranch(repository: Repository, branch: string, { by }: By = {}): Promise<void> {
    return changeDefaultBranch(this.world, this.actor(by), repository, branch);
  }

  protect(
    repository: Repository,
    branch: string,
    { by, ...rules }: branches.ProtectionInput & By,
  ): Promise<void> {
    return branches.protect(this.world, this.actor(by), repository, branch, rules);
  }

  unprotect(repository: Repository, branch: string, { by }: By = {}): Promise<void> {
    return branches.unprotect(this.world, this.actor(by), repository, branch);
  }

  addRuleset(repository: Repository, { by, ...ruleset }: branches.RulesetInput & By): Promise<Ruleset> {
    return branches.addRuleset(this.world, this.actor(by), repository, ruleset);
  }

  /** The named person as the actor. */
  protected actor(account: Account = this.octocat): Actor {
    return { account, app: null };
  }
}
