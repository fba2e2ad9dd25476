// The changes between two commits, file by file, in GitHub's own words.

import type { BareRepository } from "./bare-repository.ts";

export interface FileChange {
  /** The id of the new blob; of the old one if the file was removed. */
  readonly sha: string;
  readonly path: string;
  readonly previousPath: string | null;
  readonly status: "added" | "removed" | "modified" | "renamed" | "copied" | "changed";
  readonly additions: number;
  readonly deletions: number;
  /** The hunks without the header; `null` for binary files, pure renames and files too large to show. */
  readonly patch: string | null;
}

// "Limits for viewing content and diffs in a repository": 20 000 lines or 500 KB in a single file's diff.
// https://docs.github.com/en/repositories/creating-and-managing-repositories/repository-limits
const PATCH_LINES_MAX = 20_000;
const PATCH_BYTES_MAX = 500_000;

const RAW_RECORD = /^:(\d+) (\d+) ([0-9a-f]+) ([0-9a-f]+) ([A-Z])\d*$/;
const NUMSTAT_RECORD = /^(\d+|-)\t(\d+|-)\t(.*)$/s;

/** The files that differ between two commits (full ids), in path order; renames are detected with git's defaults. */
export function diffCommits(git: BareRepository, from: string, to: string): Promise<FileChange[]> {
  return git.remember(`diff ${from} ${to}`, async () => {
    const options = ["--raw", "--numstat", "--patch", "-z", "-M", "-l0", "--abbrev=40", "--no-ext-diff"];
    return parse(await git.text(["diff-tree", "-r", ...options, from, to]));
  });
}

/** Compared with nothing: the content of a first commit. */
export function diffRoot(git: BareRepository, commit: string): Promise<FileChange[]> {
  return git.remember(`diff-root ${commit}`, async () => {
    const emptyTree = await git.text(["hash-object", "-w", "-t", "tree", "--stdin"], { input: "" });
    return diffCommits(git, emptyTree, commit);
  });
}

type Draft = { -readonly [Key in keyof FileChange]: FileChange[Key] };

/** One process gives all three views: raw, numstat and patch, with the files in the same order. */
function parse(output: string): FileChange[] {
  let at = 0;
  const next = (): string => {
    const end = output.indexOf("\0", at);
    const token = output.slice(at, end);
    at = end + 1;
    return token;
  };
  const changes: Draft[] = [];
  while (output[at] === ":") changes.push(readRaw(next));
  for (const change of changes) {
    const [, additions = "", deletions = "", path = ""] = NUMSTAT_RECORD.exec(next()) ?? [];
    if (path === "") {
      next(); // a rename: its old and its new path follow
      next();
    }
    change.additions = Number(additions) || 0;
    change.deletions = Number(deletions) || 0;
  }
  // Each changed file has exactly one patch, even if it is only a header.
  const patches = splitPatches(output.slice(at));
  for (const [index, change] of changes.entries()) change.patch = shownPatch(patches[index] ?? "");
  return changes;
}

function readRaw(next: () => string): Draft {
  const [, oldMode = "", newMode = "", oldSha = "", newSha = "", letter = ""] = RAW_RECORD.exec(next()) ?? [];
  const first = next();
  const second = letter === "R" || letter === "C" ? next() : null;
  return {
    sha: letter === "D" ? oldSha : newSha,
    path: second ?? first,
    previousPath: second === null ? null : first,
    status: statusOf(letter, oldMode !== newMode && oldSha === newSha),
    additions: 0,
    deletions: 0,
    patch: null,
  };
}

function statusOf(letter: string, modeOnly: boolean): FileChange["status"] {
  if (letter === "A") return "added";
  if (letter === "D") return "removed";
  if (letter === "R") return "renamed";
  if (letter === "C") return "copied";
  return modeOnly || letter === "T" ? "changed" : "modified";
}

/** No line of a hunk starts with "diff --git": hunks start with a sign, a space, `@` or a backslash. */
function splitPatches(text: string): string[] {
  return text.replace(/^\0/, "").split(/^(?=diff --git )/m);
}

function shownPatch(patch: string): string | null {
  const start = patch.search(/^@@ /m);
  if (start === -1) return null;
  const hunks = patch.slice(start).replace(/\n$/, "");
  if (Buffer.byteLength(hunks) > PATCH_BYTES_MAX || hunks.split("\n").length > PATCH_LINES_MAX) return null;
  return hunks;
}
