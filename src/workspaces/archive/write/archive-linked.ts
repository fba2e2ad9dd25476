import { lstat, stat } from "node:fs/promises";
import { isSystemError } from "../../tree/failure.ts";
import type { OpenFolder } from "../../tree/open-folder.ts";
import type { ArchiveLimits } from "../archive-limits.ts";
import { type ContentsWriter, originalOf } from "./contents-writer.ts";
import { toReadFailure } from "../failure.ts";
import { isObeyed } from "./git-folder.ts";
import type { Linked } from "./repositories.ts";
import { type Original, toJsonBytes } from "../rules/listing.ts";
import { joinBytes } from "../../tree/join-bytes.ts";
import { walk } from "./walk.ts";

/** They only say where the other half is. What comes back is whole. */
const POINTERS = new Set(["commondir", "gitdir"]);
/** Objects come from the bundle; submodules are repositories of their own. */
const ELSEWHERE = new Set(["objects", "modules"]);
/** Of the repository that a worktree belongs to, as far as the worktree can't be whole without it. */
const SHARED = ["config", "shallow"];

export interface LinkedOptions {
  readonly contents: ContentsWriter;
  readonly limits: ArchiveLimits;
  readonly signal: AbortSignal;
}

/**
 * Archives a worktree of a repository that is not in the workspace as a whole repository of its own. The other repository
 * belongs to somebody else, may be gone by then, and must not be written to. So the file `.git` becomes a folder `.git` with
 * what the admin folder has: HEAD, index, reflogs, its own refs, operations under way; and with the branch that is checked out.
 * Objects of Git LFS stay in the other repository; the files that they are for are archived like any others.
 */
export async function addLinked(
  { path, number, layout, found }: Linked,
  { contents, limits, signal }: LinkedOptions,
): Promise<void> {
  const { gitDir, commonDir } = layout;
  const git = joinBytes(path, Buffer.from(".git"));
  const own = await madeFrom(gitDir, git);
  const names = new Set<string>();
  await contents.add({ kind: "folder", ...own });
  const isTop = (each: Buffer): boolean => each.lastIndexOf("/") === git.length;
  const enter = (each: Buffer): boolean => !isTop(each) || !ELSEWHERE.has(nameIn(each));
  for await (const each of walk(gitDir, { under: git, enter, limits, signal })) {
    const name = each.name.toString("latin1");
    if (isTop(each.path)) {
      if (POINTERS.has(name) || ELSEWHERE.has(name)) continue;
      names.add(name);
    }
    await contents.addFound(each, { isInert: isTop(each.path) && isObeyed(each.name) });
  }
  const at = (name: string): Original => ({ ...own, path: toJsonBytes(joinBytes(git, Buffer.from(name))) });
  if (!names.has("refs")) await contents.add({ kind: "folder", ...at("refs") });
  await contents.add({ kind: "objects", ...at("objects"), repository: number });
  if (commonDir === gitDir) return;
  for (const name of SHARED) {
    if (!names.has(name)) await addShared(commonDir, { name, under: git, contents });
  }
  const { ref, sha } = found.head;
  if (ref !== null && sha !== null) {
    await contents.addText(
      { ...at("packed-refs"), mode: 0o644 },
      Buffer.concat([Buffer.from(`${sha} `), ref, Buffer.from("\n")]),
    );
  }
}

async function addShared(
  folder: OpenFolder,
  { name, under, contents }: { name: string; under: Buffer; contents: ContentsWriter },
): Promise<void> {
  const bytes = Buffer.from(name);
  const path = joinBytes(under, bytes);
  const found = await lstat(folder.at(bytes), { bigint: true }).catch((error: unknown) => {
    if (isSystemError(error) && error.code === "ENOENT") return null;
    throw toReadFailure(error, path);
  });
  if (found === null) return;
  const isInert = isObeyed(bytes);
  await contents.addFound({ path, name: bytes, parent: folder, stat: found }, { isInert });
}

/** What the archiver makes up takes owner and times from the folder that it stands for. */
async function madeFrom(folder: OpenFolder, path: Buffer): Promise<Original> {
  return originalOf(path, await stat(`/proc/self/fd/${folder.fd}`, { bigint: true }));
}

function nameIn(path: Buffer): string {
  return path.subarray(path.lastIndexOf("/") + 1).toString("latin1");
}
