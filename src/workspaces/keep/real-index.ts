import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { pipeline } from "node:stream/promises";
import { failed } from "../git/git-process.ts";
import { gitUnreadable } from "../git/git-unreadable.ts";
import { openFile } from "../git/read-small-file.ts";
import type { SafeGit } from "../git/safe-git.ts";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { RecordCutter } from "./rules/status-records.ts";

const INDEX = "copied-index";
/** About two million files. */
const INDEX_BYTES_MAX = 512 * 1024 * 1024;
/** The part of a split index that several indexes share: https://git-scm.com/docs/git-update-index#_split_index */
const SHARED_PREFIX = "sharedindex.";
const SHARED_MAX = 64;

/**
 * Copies the index of a worktree, so that git neither writes to it nor reads its neighbours.
 *
 * @param gitDir of the worktree
 * @returns the name of the copy for `GitCall.index`; `null` if there is no index
 * @throws OrbError `git_unreadable`
 */
export async function copyIndex(git: SafeGit, gitDir: OpenFolder): Promise<string | null> {
  if (!(await copy(gitDir, "index", join(git.gitDir, INDEX)))) return null;
  let shared = 0;
  for await (const { name } of gitDir.entries()) {
    const text = name.toString("latin1");
    if (!/^sharedindex\.[0-9a-f]{40,64}$/.test(text)) continue;
    if (++shared > SHARED_MAX) throw gitUnreadable(SHARED_PREFIX, `exists more than ${SHARED_MAX} times`);
    await copy(gitDir, text, join(git.gitDir, text));
  }
  return INDEX;
}

async function copy(folder: OpenFolder, name: string, to: string): Promise<boolean> {
  const handle = await openFile(folder, name);
  if (handle === null) return false;
  try {
    const stat = await handle.stat();
    if (!stat.isFile()) throw gitUnreadable(name, "is not a regular file");
    if (stat.size > INDEX_BYTES_MAX) throw gitUnreadable(name, `is larger than ${INDEX_BYTES_MAX} bytes`);
    const source = handle.createReadStream({ autoClose: false, end: INDEX_BYTES_MAX });
    await pipeline(source, createWriteStream(to, { mode: 0o600 }));
    return true;
  } catch (error) {
    throw isSystemError(error) ? gitUnreadable(name, `can't be copied: ${error.code}`, error) : error;
  } finally {
    await handle.close();
  }
}

/**
 * Removes from `paths` those that a sparse checkout leaves out: their files are missing on purpose.
 *
 * @param paths as strings of single bytes
 */
export async function removeSparse(git: SafeGit, index: string, paths: Set<string>): Promise<void> {
  const args = ["ls-files", "-t", "-z"];
  let records = 0;
  const cutter = new RecordCutter((record) => {
    records += 1;
    if (record[0] === "S".codePointAt(0)) paths.delete(record.subarray(2).toString("latin1"));
  });
  await git.stream(args, (chunk) => cutter.add(chunk), { index, outputBytesMax: Infinity });
  if (!cutter.isComplete || records === 0) throw failed(args, "gave an incomplete answer", "");
}
