import type { RepositoryAccess } from "./repository-access.ts";

export async function markReady(access: RepositoryAccess, nodeId: string): Promise<{ draft: boolean }> {
  throw new Error(`not asked yet: ${access.key(nodeId)}`);
}

export async function convertToDraft(access: RepositoryAccess, nodeId: string): Promise<{ draft: boolean }> {
  throw new Error(`not asked yet: ${access.key(nodeId)}`);
}
