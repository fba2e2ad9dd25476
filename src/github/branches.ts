import type { RepositoryAccess } from "./repository-access.ts";

export async function deleteBranch(
  access: RepositoryAccess,
  branch: string,
): Promise<"deleted" | "already_gone"> {
  throw new Error(`not asked yet: ${access.key(branch)}`);
}

export async function listBranchUsers(access: RepositoryAccess, branch: string): Promise<number[]> {
  throw new Error(`not asked yet: ${access.key(branch)}`);
}
