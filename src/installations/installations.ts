import type { Transaction } from "../mongo/database.ts";
import type { InstallationTelemetry } from "../telemetry/installations.ts";
import type { InstallationStore, StoredInstallation } from "./installation-store.ts";
import type { RepositoryNews, RepositoryStore } from "./repository-store.ts";
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
    { installationId, from, to }: { installationId: number; from: string; to: string },
    when: When,
  ): Promise<string> {
    const { installationStore, repositoryStore } = this.#deps;
    const known = await installationStore.find(installationId, when.transaction);
    const current = known ? loginToday(known, { from, to }) : to;
    if (known) {
      const formerAccounts = [...known.formerAccounts, known.account, from, to].filter(
        (login) => !isSame(login, current),
      );
      await installationStore.rename(installationId, { account: current, formerAccounts }, when.transaction);
    }
    await repositoryStore.renameOwner({ installationId, from, to: current }, when);
    return current;
  }

  async recordRepositories(news: readonly RepositoryNews[], when: When): Promise<void> {
    await this.#deps.repositoryStore.save(news, when);
  }

  /** Records that rules of an account have changed, which may concern each of its repositories. */
  async recordAccountChange(installationId: number, lastChange: string, when: When): Promise<void> {
    await this.#deps.installationStore.recordChange(installationId, lastChange, when.transaction);
  }

  /** Records that a repository was renamed or transferred to another owner. */
  async recordRename({ from, now }: { from: string; now: RepositoryNews }, when: When): Promise<void> {
    const { repositoryStore } = this.#deps;
    await repositoryStore.save([now], when);
    await repositoryStore.addFormerName({ id: now._id, formerName: from }, when.transaction);
  }

  /** Returns the current name of a repository, given any of its names. */
  async currentName(fullName: string, transaction: Transaction): Promise<string> {
    return (await this.#deps.repositoryStore.findByName(fullName, transaction))?.fullName ?? fullName;
  }
}

function loginToday(
  { account, formerAccounts }: StoredInstallation,
  { from, to }: { from: string; to: string },
): string {
  if (isSame(account, from)) return to;
  return formerAccounts.some((login) => isSame(login, to)) ? account : to;
}

/** GitHub's logins ignore case. */
function isSame(one: string, other: string): boolean {
  return one.toLowerCase() === other.toLowerCase();
}
