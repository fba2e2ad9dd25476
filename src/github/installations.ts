import type { Octokit } from "./octokit.ts";

/** An account on which the App is installed. */
export interface AppInstallation {
  readonly id: number;
  /** Login of the person or organization; `null` where it is an enterprise. */
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

export async function listInstallations(octokit: Octokit): Promise<AppInstallation[]> {
  throw new Error(`not asked yet: ${typeof octokit}`);
}

export async function listInstallationRepositories(octokit: Octokit): Promise<InstallationRepository[]> {
  throw new Error(`not asked yet: ${typeof octokit}`);
}
