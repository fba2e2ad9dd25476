import { failed } from "../git/git-process.ts";
import { gitUnreadable } from "../git/git-unreadable.ts";
import { openBelow } from "../git/open-below.ts";
import type { SafeGit } from "../git/safe-git.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { readContent } from "./file-content.ts";
import { resolveObjects } from "./resolve-objects.ts";
import { LFS_POINTER_BYTES_MAX, parseLfsPointer, type LfsPointer } from "./rules/lfs-pointer.ts";

const OBJECTS_MAX = 200_000;

export interface ChangedFile {
  readonly path: Buffer;
  /** The id of its content in HEAD. */
  readonly blob: string;
}

/**
 * Leaves out files that only look changed: HEAD has a pointer of Git LFS, and the file the content to which it points. Git LFS
 * itself is a filter, which is never run.
 *
 * @param folder of the files
 * @throws OrbError `git_failed`, `git_unreadable`, `files_unreadable`
 */
export async function withoutLfs(
  git: SafeGit,
  folder: OpenFolder,
  changed: readonly ChangedFile[],
): Promise<ChangedFile[]> {
  const objects = await resolveObjects(git, [...new Set(changed.map(({ blob }) => blob))]);
  const small = [...objects].filter(
    ([, { type, bytes }]) => type === "blob" && bytes <= LFS_POINTER_BYTES_MAX,
  );
  const pointers = await readPointers(
    git,
    small.map(([sha, { bytes }]) => ({ sha, bytes })),
  );
  const left: ChangedFile[] = [];
  for (const file of changed) {
    const pointer = pointers.get(file.blob);
    const content = pointer && (await readContent(folder, file.path));
    if (!content || content.sha256 !== pointer?.sha256) left.push(file);
  }
  return left;
}

async function readPointers(
  git: SafeGit,
  blobs: readonly { sha: string; bytes: number }[],
): Promise<ReadonlyMap<string, LfsPointer>> {
  const pointers = new Map<string, LfsPointer>();
  if (blobs.length === 0) return pointers;
  const args = ["cat-file", "--batch=%(objectname)"];
  const output = await git.run(args, {
    input: Buffer.from(blobs.map(({ sha }) => `${sha}\n`).join("")),
  });
  let begin = 0;
  for (const { sha, bytes } of blobs) {
    const header = output.subarray(begin, begin + sha.length + 1).toString("latin1");
    begin += sha.length + 1;
    const pointer = parseLfsPointer(output.subarray(begin, begin + bytes));
    begin += bytes + 1;
    if (header !== `${sha}\n` || begin > output.length) throw failed(args, "gave an incomplete answer", "");
    if (pointer !== null) pointers.set(sha, pointer);
  }
  return pointers;
}

export interface LfsObject {
  /** SHA-256 of its content, in hexadecimal digits. */
  readonly id: string;
  /** Relative to the folder that holds everything of the repository. */
  readonly path: Buffer;
}

/**
 * The objects that Git LFS has stored in a repository.
 * https://github.com/git-lfs/git-lfs/blob/main/docs/spec.md#the-server
 *
 * @throws OrbError `git_unreadable`
 */
export async function listLfsObjects(commonDir: OpenFolder): Promise<LfsObject[]> {
  const found: LfsObject[] = [];
  await using folder = await openBelow(commonDir, "lfs/objects");
  if (folder !== null) await walk(folder, { path: Buffer.from("lfs/objects"), depth: 0 }, found);
  return found;
}

/** They lie two folders deep, which are named by their first digits. */
async function walk(
  folder: OpenFolder,
  { path, depth }: { readonly path: Buffer; readonly depth: number },
  found: LfsObject[],
): Promise<void> {
  for await (const entry of folder.entries()) {
    const name = entry.name.toString("latin1");
    const at = joinBytes(path, entry.name);
    if (entry.isDirectory() && depth < 2) {
      await using inner = await openBelow(folder, entry.name);
      if (inner !== null) await walk(inner, { path: at, depth: depth + 1 }, found);
    } else if (/^[0-9a-f]{64}$/.test(name)) found.push({ id: name, path: at });
    if (found.length > OBJECTS_MAX)
      throw gitUnreadable("lfs/objects", `holds more than ${OBJECTS_MAX} objects`);
  }
}
