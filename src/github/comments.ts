import type { SafeMarkdown } from "../text/safe.ts";
import type { RepositoryAccess } from "./repository-access.ts";

export type ReactionContent = "eyes" | "rocket" | "confused" | "+1";

export async function react(
  access: RepositoryAccess,
  commentId: number,
  content: ReactionContent,
): Promise<void> {
  throw new Error(`not asked yet: ${access.key(`${commentId} ${content}`)}`);
}

export async function createComment(
  access: RepositoryAccess,
  number: number,
  body: SafeMarkdown,
): Promise<number> {
  throw new Error(`not asked yet: ${access.key(`${number} ${body}`)}`);
}

export async function findComment(
  access: RepositoryAccess,
  number: number,
  marker: string,
): Promise<number | null> {
  throw new Error(`not asked yet: ${access.key(`${number} ${marker}`)}`);
}

export async function updateComment(access: RepositoryAccess, id: number, body: SafeMarkdown): Promise<void> {
  throw new Error(`not asked yet: ${access.key(`${id} ${body}`)}`);
}
