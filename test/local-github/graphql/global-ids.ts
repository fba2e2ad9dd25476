// Global ids of what has no record of its own in the state: refs and commits live in git.

/** What such an id hides: the repository's database id and a ref's full name or a commit's id. */
export interface GitAddress {
  readonly repositoryId: number;
  readonly name: string;
}

export function gitNodeId(
  prefix: "REF" | "C" | "B" | "T" | "SCR" | "PRC",
  { repositoryId, name }: GitAddress,
): string {
  return `${prefix}_kwDO${Buffer.from(`${repositoryId}:${name}`).toString("base64url")}`;
}

/** `null` where it is no such id. */
export function parseGitNodeId(id: string): GitAddress | null {
  const [, encoded = ""] = /^[A-Z]+_kwDO(.+)$/.exec(id) ?? [];
  const [, repositoryId, name] = /^(\d+):(.+)$/.exec(Buffer.from(encoded, "base64url").toString()) ?? [];
  return name === undefined ? null : { repositoryId: Number(repositoryId), name };
}
