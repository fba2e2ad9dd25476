import type { Transaction } from "../mongo/database.ts";
import type { InstallationTelemetry } from "../telemetry/installations.ts";
import type { InstallationStore, StoredInstallation } from "./installation-store.ts";
import type { RepositoryNews, StoredRepository } from "./repository.ts";
import type { RepositoryStore } from "./repository-store.ts";
import { isSameName } from "../text/github-names.ts";
import { missingPermissions } from "./rules/missing-permissions.ts";

interface Deps {
  readonly installationStore: InstallationStore;
  readonly repositoryStore: RepositoryStore;
  readonly telemetry: InstallationTelemetry;
}

/** GitHub's report about an installation. */
export type InstallationNews = Pick<
  StoredInstallation,
  "_id" | "account" | "permissions" | "suspended" | "deleted" | "toldAt"
>;

interface When {
  /** When the report was received. */
  readonly toldAt: Date;
  readonly transaction: Transaction;
}

/**
 * Records where the App is installed, its permissions there, and the names of repositories. It is only a copy of GitHub's
 * reports: GitHub itself decides each time whether the bot may do something in a repository.
 */
export class Installations {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether it changed anything: an older report, or one about a deleted installation, does not */
  async record(news: InstallationNews, transaction: Transaction): Promise<boolean> {
    const { installationStore, telemetry } = this.#deps;
    const known = await installationStore.find(news._id, transaction);
    if (known && (known.deleted || (!news.deleted && known.toldAt > news.toldAt))) return false;
    const missing = missingPermissions(news.permissions);
    await installationStore.save({ ...news, missing }, transaction);
    telemetry.changed({ ...news, installationId: news._id, missing });
    return true;
  }

  /**
   * Records a new login of an installation's account, and the new names of its repositories.
   *
   * @returns its current login: a late report may be older than the latest renaming
   */
  async recordAccountRename(
    {
      installationId,
      renamedAt,
      ...renamed
    }: { installationId: number; from: string; to: string; renamedAt: Date | null },
    when: When,
  ): Promise<string> {
    const { from, to } = renamed;
    const { installationStore, repositoryStore } = this.#deps;
    const known = await installationStore.find(installationId, when.transaction);
    const current = known ? loginToday(known, { from, to, renamedAt }) : to;
    if (known) {
      const formerAccounts = [...known.formerAccounts, known.account, from, to].filter(
        (login) => !isSameName(login, current),
      );
      const accountAt = isSameName(current, to) ? (renamedAt ?? known.accountAt) : known.accountAt;
      const now = { account: current, accountAt, formerAccounts };
      await installationStore.rename(installationId, now, when.transaction);
    }
    await repositoryStore.renameOwner({ installationId, from, to: current, renamedAt }, when);
    return current;
  }

  async recordRepositories(news: readonly RepositoryNews[], when: When): Promise<void> {
    await this.#deps.repositoryStore.save(news, when);
  }

  /** Records that rules of an account have changed, which may concern each of its repositories. */
  async recordAccountChange(installationId: number, lastChange: string, when: When): Promise<void> {
    await this.#deps.installationStore.recordChange(installationId, lastChange, when.transaction);
  }

  /** Finds a repository by any of its names: the one that has it now, or else the one that had it last. */
  async repositoryNamed(fullName: string, transaction?: Transaction): Promise<StoredRepository | null> {
    return this.#deps.repositoryStore.findByName(fullName, transaction);
  }

  /** The name that a repository has today, by its id; `null` if it is not known. */
  async nameToday(repositoryId: number, transaction?: Transaction): Promise<string | null> {
    return (await this.#deps.repositoryStore.find(repositoryId, transaction))?.fullName ?? null;
  }

  /**
   * The names that a repository has and had, and those of them that no other repository has today.
   *
   * @throws Error if nothing is known about the repository
   */
  async namesOf(
    repositoryId: number,
    transaction: Transaction,
  ): Promise<{ to: string; names: string[]; freeNames: string[] }> {
    const { repositoryStore } = this.#deps;
    const known = await repositoryStore.find(repositoryId, transaction);
    if (!known) throw new Error(`Nothing is known about repository ${repositoryId}`);
    const names = [known.fullName, ...known.formerNames];
    const others = { except: repositoryId, before: false };
    const taken = await repositoryStore.takenByOthers(names, others, transaction);
    return { to: known.fullName, names, freeNames: names.filter((name) => !taken.has(name.toLowerCase())) };
  }

  /** The names that a repository has and had, without those that another one has or had too. */
  async ownNames({ id, fullName }: { id: number; fullName: string }): Promise<string[]> {
    const { repositoryStore } = this.#deps;
    const names = [fullName, ...((await repositoryStore.find(id))?.formerNames ?? [])];
    const taken = await repositoryStore.takenByOthers(names, { except: id, before: true });
    return names.filter((name) => !taken.has(name.toLowerCase()));
  }
}

function loginToday(
  { account, accountAt, formerAccounts }: StoredInstallation,
  { from, to, renamedAt }: { from: string; to: string; renamedAt: Date | null },
): string {
  if (renamedAt && accountAt && renamedAt < accountAt) return account;
  if (isSameName(account, from)) return to;
  return formerAccounts.some((login) => isSameName(login, to)) ? account : to;
}
