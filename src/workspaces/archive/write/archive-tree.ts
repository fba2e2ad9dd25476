import { keyOf } from "../rules/listing.ts";
import { readSmallFile } from "../../git/read-small-file.ts";
import type { Inspection } from "../../keep/inspection.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { addLinked } from "./archive-linked.ts";
import { type ContentsWriter, originalOf } from "./contents-writer.ts";
import { Fingerprint } from "./fingerprint.ts";
import { isObeyed, isUsualCommonDir, looksLikeGit } from "./git-folder.ts";
import type { Repositories } from "./repositories.ts";
import { leftOut } from "../rules/left-out.ts";
import { type Found, walk } from "./walk.ts";

const OBJECTS = Buffer.from("objects");
const COMMON_DIR = Buffer.from("commondir");
const POINTER_BYTES_MAX = 16 * 1024;
const ADMIN_OF_WORKTREE = /(?:^|\/)worktrees\/[^/]+\/commondir$/s;

export interface TreeOptions {
  readonly contents: ContentsWriter;
  readonly repositories: Repositories;
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
}

/**
 * Adds everything in a workspace to an archive but what bundles have, and what a command makes again.
 *
 * @returns the fingerprint of what was read
 * @throws OrbError
 */
export async function archiveTree(
  workspace: OpenFolder,
  { files, repositories: found }: Pick<Inspection, "files" | "repositories">,
  { contents, repositories, limits, signal }: TreeOptions,
): Promise<string> {
  const decide = leftOut({
    rebuildable: files.rebuildable.paths,
    repositories: found.map(({ path }) => path),
    tracked: repositories.tracked,
  });
  const closed = new Set<string>();
  const fingerprint = new Fingerprint();
  const enter = (path: Buffer): boolean => !closed.delete(keyOf(path));
  for await (const each of walk(workspace, { enter, limits, signal })) {
    fingerprint.add(each.path, each.stat);
    if (!(await addOne(each))) closed.add(keyOf(each.path));
  }
  return fingerprint.text;

  /** @returns whether to go into it, if it is a folder */
  async function addOne(each: Found): Promise<boolean> {
    const { path, name, stat } = each;
    if (decide(path) === "leave_out") {
      await contents.add({ kind: "left_out", ...originalOf(path, stat) });
      return false;
    }
    const linked = repositories.linked.get(keyOf(path));
    if (linked) {
      await addLinked(linked, { contents, limits, signal });
      return false;
    }
    const key = `${stat.dev}:${stat.ino}`;
    const repository = name.equals(OBJECTS) ? repositories.byObjects.get(key) : undefined;
    // What only looks like a repository, or has just become one, is archived file by file.
    if (repository !== undefined && !repositories.raw.has(key)) {
      await contents.add({ kind: "objects", ...originalOf(path, stat), repository });
      return false;
    }
    await contents.addFound(each, { isInert: await isInert(each) });
    return true;
  }
}

/** Whether git would obey it where it is. */
async function isInert({ path, name, parent }: Found): Promise<boolean> {
  if (!isObeyed(name) || !(await looksLikeGit(parent))) return false;
  if (!name.equals(COMMON_DIR) || !ADMIN_OF_WORKTREE.test(path.toString("latin1"))) return true;
  const file = await readSmallFile(parent, name, POINTER_BYTES_MAX);
  return file === null || !isUsualCommonDir(file.bytes);
}
