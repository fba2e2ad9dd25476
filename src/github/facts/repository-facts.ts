import type { RepositoryAccess } from "../wire/repository-access.ts";

const FACTS_KNOWN_MS = 5 * 60_000;

/** What a repository is called, and since when at least that is so. */
export interface RepositoryIdentity {
  /** Stays the same when name and owner change, and is never used again. */
  readonly id: number;
  /** `owner/name` */
  readonly fullName: string;
  /** GitHub's time of the latest change of the repository itself, in whole seconds; `null` if it does not say. */
  readonly updatedAt: Date | null;
}

export interface RepositoryFacts {
  /** A former name leads to the repository that had it, until another takes it. */
  readonly identity: RepositoryIdentity;
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly private: boolean;
}

/**
 * Reads the repository's own properties. They are cached for five minutes, but `archived: true` is always read again:
 * otherwise the old answer would refuse work that waits until the repository is unarchived.
 * https://docs.github.com/en/rest/repos/repos#get-a-repository
 */
export async function readFacts(access: RepositoryAccess): Promise<RepositoryFacts> {
  const known = await ask(access, FACTS_KNOWN_MS);
  return known.archived ? readFactsNow(access) : known;
}

/** The same as they are now, whatever is cached. */
export function readFactsNow(access: RepositoryAccess): Promise<RepositoryFacts> {
  return ask(access, 0);
}

/** The last reported change of the repository or its rules, as text that is only compared; `null` if none was. */
export function lastChangeOf(access: RepositoryAccess): string | null {
  return access.lastChange;
}

function ask(access: RepositoryAccess, knownMs: number): Promise<RepositoryFacts> {
  return access.cached("facts", knownMs, async (octokit, headers) => {
    const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}", {
      ...access.route,
      headers,
    });
    const { id, full_name: fullName, updated_at: updatedAt } = data;
    const { default_branch: defaultBranch, archived, private: isPrivate } = data;
    const identity = { id: Number(id), fullName, updatedAt: new Date(updatedAt) };
    return { value: { identity, defaultBranch, archived, private: isPrivate }, etag: got.etag };
  });
}
