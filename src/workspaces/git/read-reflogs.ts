import type { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { openBelow } from "./open-below.ts";
import { readSmallFile } from "./read-small-file.ts";
import { parseReflog } from "./rules/ref-files.ts";

/** About 40 000 steps of one ref. */
const REFLOG_BYTES_MAX = 8 * 1024 * 1024;
const REFLOG_FILES_MAX = 50_000;
/** Different commits in all reflogs of a repository. */
const REFLOG_COMMITS_MAX = 200_000;
const DEPTH_MAX = 64;
/** What they hold was fetched, so its owner has it. */
const REMOTES = Buffer.from("logs/refs/remotes");

export interface Reflog {
  /** The ref, such as `HEAD` or `refs/stash`. */
  readonly ref: Buffer;
  readonly shas: readonly string[];
}

/**
 * The reflogs of a repository or of an admin folder, without those of remote-tracking branches.
 *
 * @throws OrbError `git_unreadable`
 */
export async function readReflogs(gitDir: OpenFolder): Promise<Reflog[]> {
  await using logs = await openBelow(gitDir, "logs");
  if (logs === null) return [];
  const found: Reflog[] = [];
  const seen = { commits: 0 };
  await walk(logs, Buffer.from("logs"), { found, seen }, 0);
  return found;
}

interface Found {
  readonly found: Reflog[];
  readonly seen: { commits: number };
}

async function walk(folder: OpenFolder, path: Buffer, all: Found, depth: number): Promise<void> {
  if (depth > DEPTH_MAX) throw gitUnreadable(path, `is deeper than ${DEPTH_MAX} folders`);
  if (path.equals(REMOTES)) return;
  for await (const entry of folder.entries()) {
    const name = Buffer.concat([path, Buffer.from("/"), entry.name]);
    if (entry.isDirectory()) {
      await using inner = await openBelow(folder, entry.name);
      if (inner !== null) await walk(inner, name, all, depth + 1);
      continue;
    }
    if (entry.name.toString("latin1").endsWith(".lock")) continue;
    const file = await readSmallFile(folder, entry.name, REFLOG_BYTES_MAX);
    if (file === null) continue;
    const shas = parseReflog(file.bytes);
    if (shas === null) throw gitUnreadable(name, "has a line that is not understood");
    all.found.push({ ref: name.subarray("logs/".length), shas });
    all.seen.commits += shas.length;
    if (all.found.length > REFLOG_FILES_MAX || all.seen.commits > REFLOG_COMMITS_MAX) {
      throw gitUnreadable("logs", "holds more reflogs than can be read");
    }
  }
}
