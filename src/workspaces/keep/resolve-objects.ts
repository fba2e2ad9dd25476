import { failed } from "../git/git-process.ts";
import type { SafeGit } from "../git/safe-git.ts";

export interface GitObject {
  readonly type: "commit" | "tag" | "tree" | "blob";
  /** The object behind all tags; the object itself if it is no tag. */
  readonly peeled: { readonly sha: string; readonly type: string };
  readonly bytes: number;
}

const FORMAT = "--batch-check=%(objectname) %(objecttype) %(objectsize)";

/**
 * What ids stand for; those that the repository lacks are left out.
 *
 * @throws OrbError `git_failed`, also if git did not answer for each id
 */
export async function resolveObjects(
  git: SafeGit,
  shas: readonly string[],
): Promise<ReadonlyMap<string, GitObject>> {
  const found = new Map<string, GitObject>();
  if (shas.length === 0) return found;
  const input = Buffer.from(shas.map((sha) => `${sha}\n${sha}^{}\n`).join(""));
  const args = ["cat-file", FORMAT];
  const lines = (await git.run(args, { input })).toString("latin1").split("\n");
  if (lines.length !== shas.length * 2 + 1 || lines.at(-1) !== "") {
    throw failed(args, "gave an incomplete answer", "");
  }
  for (const [index, sha] of shas.entries()) {
    const [name, type = "", size = ""] = (lines[index * 2] ?? "").split(" ");
    const [peeledSha = "", peeledType = ""] = (lines[index * 2 + 1] ?? "").split(" ");
    if (type === "missing" || peeledType === "missing") continue;
    if (name !== sha || !isType(type)) throw failed(args, "gave an answer that is not understood", "");
    found.set(sha, { type, bytes: Number(size), peeled: { sha: peeledSha, type: peeledType } });
  }
  return found;
}

function isType(type: string): type is GitObject["type"] {
  return ["commit", "tag", "tree", "blob"].includes(type);
}
