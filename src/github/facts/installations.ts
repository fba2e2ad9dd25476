import type { Octokit } from "../wire/octokit.ts";
import { PAGE_ITEMS, readPages } from "../wire/pages.ts";

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
  readonly id: number;
  /** `owner/name` */
  readonly fullName: string;
  readonly archived: boolean;
}

/** https://docs.github.com/en/rest/apps/apps#list-installations-for-the-authenticated-app */
export async function listInstallations(octokit: Octokit): Promise<readonly AppInstallation[]> {
  const { items } = await readPages(async (page) => {
    const { data } = await octokit.request("GET /app/installations", { per_page: PAGE_ITEMS, page });
    return data.map(({ id, account, permissions, events, suspended_at: suspendedAt }) => ({
      id,
      account: account && "login" in account ? account.login : null,
      permissions: { ...permissions },
      events,
      suspended: suspendedAt !== null,
    }));
  });
  return items;
}

/**
 * https://docs.github.com/en/rest/apps/installations#list-repositories-accessible-to-the-app-installation
 *
 * @param octokit authenticated as the installation
 */
export async function listInstallationRepositories(
  octokit: Octokit,
): Promise<readonly InstallationRepository[]> {
  const { items } = await readPages(async (page) => {
    const { data } = await octokit.request("GET /installation/repositories", { per_page: PAGE_ITEMS, page });
    return data.repositories.map(({ id, full_name: fullName, archived }) => ({
      id: Number(id),
      fullName,
      archived,
    }));
  });
  return items;
}
