// Global ids of objects without a record in the state: refs and commits are in git.

/** What such an id contains: the repository's database id and a ref's full name or a commit's id. */
export interface GitAddress {
  readonly repositoryId: number;
  readonly name: string;
}

export function gitNodeId(
  prefix: "REF" | "C" | "B" | "T" | "TA" | "SCR" | "PRC" | "CMP",
  { repositoryId, name }: GitAddress,
): string {
  return `${prefix}_kwDO${Buffer.from(`${repositoryId}:${name}`).toString("base64url")}`;
}

/** `null` if it is not such an id. */
export function parseGitNodeId(id: string): GitAddress | null {
  const [, encoded = ""] = /^[A-Z]+_kwDO(.+)$/.exec(id) ?? [];
  const [, repositoryId, name] = /^(\d+):(.+)$/.exec(Buffer.from(encoded, "base64url").toString()) ?? [];
  return name === undefined ? null : { repositoryId: Number(repositoryId), name };
}
