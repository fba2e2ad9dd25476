import type { RepositoryAccess } from "./repository-access.ts";

/** Where two branches got in each other's way. */
export interface Conflict {
  readonly baseSha: string;
  readonly headSha: string;
  readonly mergeBaseSha: string;
  /** Paths that both sides changed since they parted. Not each need conflict: GitHub does not tell which do. */
  readonly files: readonly string[];
  /** Whether there may be more than `files`. */
  readonly filesTruncated: boolean;
  /** The pull request that changed one of `files` on the base last; `null` where none is found. */
  readonly causedBy: ConflictCause | null;
}

export interface ConflictCause {
  readonly number: number;
  readonly title: string;
  readonly url: string;
}

export async function readConflict(access: RepositoryAccess, base: string, head: string): Promise<Conflict> {
  throw new Error(`not asked yet: ${access.key(`${base}...${head}`)}`);
}
