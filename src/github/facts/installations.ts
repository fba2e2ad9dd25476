import type { Octokit } from "../wire/octokit.ts";

const PAGE_ITEMS = 100;
/** An installation beyond this is recorded when a webhook mentions it. */
const INSTALLATION_PAGES_MAX = 100;
const REPOSITORY_PAGES_MAX = 100;

/** An account on which the App is installed. */
export interface AppInstallation {
  readonly id: number;
  /** Login of the person or organization; `null` for an enterprise, which has no repositories. */
  readonly account: string | null;
  /** By GitHub's name, such as `pull_requests`: `read`, `write` or `admin`. */
  readonly permissions: Readonly<Record<string, string>>;
  readonly events: readonly string[];
  readonly suspended: boolean;
}

export interface InstallationRepository {
  /** `owner/name` */
  readonly fullName: string;
  readonly archived: boolean;
}

/**
 * Ten thousand at most.
 * https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app
 */
export async function listInstallations(octokit: Octokit): Promise<AppInstallation[]> {
  return paged(INSTALLATION_PAGES_MAX, async (page) => {
    const { data } = await octokit.request("GET /app/installations", { per_page: PAGE_ITEMS, page });
    return data.map(({ id, account, permissions, events, suspended_at: suspendedAt }) => ({
      id,
      account: account && "login" in account ? account.login : null,
      permissions: { ...permissions },
      events,
      suspended: suspendedAt !== null,
    }));
  });
}

/**
 * Ten thousand at most.
 * https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
 *
 * @param octokit authenticated as the installation
 */
export async function listInstallationRepositories(octokit: Octokit): Promise<InstallationRepository[]> {
  return paged(REPOSITORY_PAGES_MAX, async (page) => {
    const { data } = await octokit.request("GET /installation/repositories", { per_page: PAGE_ITEMS, page });
    return data.repositories.map(({ full_name: fullName, archived }) => ({ fullName, archived }));
  });
}

async function paged<T>(pagesMax: number, ask: (page: number) => Promise<T[]>): Promise<T[]> {
  const all: T[] = [];
  for (let page = 1; page <= pagesMax; page++) {
    const items = await ask(page);
    all.push(...items);
    if (items.length < PAGE_ITEMS) break;
  }
  return all;
}
