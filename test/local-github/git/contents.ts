// Files and folders of a commit.

import type { BareRepository } from "./bare-repository.ts";

export interface TreeEntry {
  readonly type: "blob" | "tree" | "commit";
  /** git's file mode, such as 0o100644. */
  readonly mode: number;
  readonly sha: string;
  /** `null` for folders and submodules. */
  readonly sizeBytes: number | null;
  readonly path: string;
}

/** The mode of a symbolic link. Its content is the path to which it leads. */
export const LINK_MODE = 0o120000;
const FOLDER_MODE = 0o040000;
const LS_TREE_RECORD = /^(\d+) (blob|tree|commit) ([0-9a-f]{40}) +(\d+|-)\t(.*)$/s;

/** The entry at `path` (empty: the root) in a commit (full id), or `null`. */
export async function entryAt(git: BareRepository, commit: string, path: string): Promise<TreeEntry | null> {
  if (path === "") return { type: "tree", mode: FOLDER_MODE, sha: commit, sizeBytes: null, path };
  return (await entriesOf(git, commit)).get(path) ?? null;
}

/** The direct children of a folder in a commit (full id), by name as git sorts them. */
export async function folderAt(git: BareRepository, commit: string, path: string): Promise<TreeEntry[]> {
  const prefix = path === "" ? "" : `${path}/`;
  return [...(await entriesOf(git, commit)).values()].filter(
    (entry) => entry.path.startsWith(prefix) && !entry.path.includes("/", prefix.length),
  );
}

/** The bytes of a blob. */
export function readBlob(git: BareRepository, sha: string): Promise<Buffer> {
  return git.remember(`blob ${sha}`, async () => (await git.run(["cat-file", "blob", sha])).stdout);
}

/** All files and folders of a commit by their paths. A bot asks for a dozen paths of each: one process lists them all. */
function entriesOf(git: BareRepository, commit: string): Promise<ReadonlyMap<string, TreeEntry>> {
  return git.remember(`tree ${commit}`, async () => {
    const output = await git.text(["ls-tree", "-r", "-t", "-l", "-z", commit]);
    const entries = output.split("\0").flatMap((record): TreeEntry[] => {
      const match = LS_TREE_RECORD.exec(record);
      if (!match) return [];
      const [, mode = "", type, sha = "", size = "", path = ""] = match;
      const sizeBytes = size === "-" ? null : Number(size);
      return [{ type: type as TreeEntry["type"], mode: Number.parseInt(mode, 8), sha, sizeBytes, path }];
    });
    return new Map(entries.map((entry) => [entry.path, entry]));
  });
}
