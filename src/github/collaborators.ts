import type { RepositoryAccess } from "./repository-access.ts";

/** What somebody may do in a repository; whoever maintains may write, whoever triages may read. */
export type RepositoryPermission = "admin" | "write" | "read" | "none";

export async function readPermission(access: RepositoryAccess, login: string): Promise<RepositoryPermission> {
  throw new Error(`not asked yet: ${access.key(login)}`);
}
