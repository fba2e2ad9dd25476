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

/** What GitHub told of an installation. */
export type InstallationNews = Pick<
  StoredInstallation,
  "_id" | "account" | "permissions" | "suspended" | "deleted" | "toldAt"
>;

interface When {
  /** When the news was received. */
  readonly toldAt: Date;
  readonly transaction: Transaction;
}

/**
 * Knows where the App is installed, with which rights, and how repositories are called. A memory of what GitHub told:
 * whether the bot may do something in a repository is asked of GitHub each time.
 */
export class Installations {
  readonly #deps: Deps;

  constructor(deps: Deps) {
    this.#deps = deps;
  }

  /** @returns whether it is news: what is older than what is known, or of one that is deleted, changes nothing */
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
   * The account of an installation got another login, and its repositories the names that go with it.
   *
   * @returns its login today: what is told late may have been overtaken by another renaming
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

  /** A repository was renamed, or went to another owner. */
  async recordRename({ from, now }: { from: string; now: RepositoryNews }, when: When): Promise<void> {
    const { repositoryStore } = this.#deps;
    await repositoryStore.save([now], when);
    await repositoryStore.addFormerName({ id: now._id, formerName: from }, when.transaction);
  }

  /** How a repository is called today that somebody may still know by an earlier name. */
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
