// Files and folders of a commit.

import type { BareRepository } from "./bare-repository.ts";

export interface TreeEntry {
  readonly type: "blob" | "tree" | "commit";
  readonly sha: string;
  /** `null` for folders and submodules. */
  readonly sizeBytes: number | null;
  readonly path: string;
}

const LS_TREE_RECORD = /^\d+ (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s;

/** The entry at `path` (empty: the root) in a commit (full id), or `null`. */
export async function entryAt(git: BareRepository, commit: string, path: string): Promise<TreeEntry | null> {
  if (path === "") return { type: "tree", sha: commit, sizeBytes: null, path };
  const [entry] = await lsTree(git, commit, path);
  return entry ?? null;
}

/** The direct children of a folder in a commit (full id). */
export function folderAt(git: BareRepository, commit: string, path: string): Promise<TreeEntry[]> {
  return lsTree(git, commit, path === "" ? "" : `${path}/`);
}

/** The bytes of a blob. */
export function readBlob(git: BareRepository, sha: string): Promise<Buffer> {
  return git.remember(`blob ${sha}`, async () => (await git.run(["cat-file", "blob", sha])).stdout);
}

function lsTree(git: BareRepository, commit: string, path: string): Promise<TreeEntry[]> {
  return git.remember(`tree ${commit} ${path}`, async () => {
    const output = await git.text([
      "--literal-pathspecs",
      "ls-tree",
      "-l",
      "-z",
      commit,
      ...(path === "" ? [] : ["--", path]),
    ]);
    return output.split("\0").flatMap((record) => {
      const match = LS_TREE_RECORD.exec(record);
      if (!match) return [];
      const [, type, sha = "", size = "", entryPath = ""] = match;
      return [
        {
          type: type as TreeEntry["type"],
          sha,
          sizeBytes: size === "-" ? null : Number(size),
          path: entryPath,
        },
      ];
    });
  });
}
