import { lstat } from "node:fs/promises";
import { isSystemError } from "../tree/failure.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { gitUnreadable } from "./git-unreadable.ts";
import { openBelow } from "./open-below.ts";
import { readSmallFile } from "./read-small-file.ts";
import { parseShas } from "./rules/ref-files.ts";

/** An operation that git has begun and not finished, by the file that shows it. https://git-scm.com/docs/git-status */
const OPERATIONS = [
  ["MERGE_HEAD", "merge"],
  ["CHERRY_PICK_HEAD", "cherry-pick"],
  ["REVERT_HEAD", "revert"],
  ["rebase-merge", "rebase"],
  ["rebase-apply", "rebase or am"],
  ["sequencer", "sequence of cherry-picks or reverts"],
  ["BISECT_LOG", "bisect"],
  ["AUTO_MERGE", "merge with conflicts"],
  ["NOTES_MERGE_PARTIAL", "merge of notes"],
] as const;
export type Operation = (typeof OPERATIONS)[number][1];

/** Files that hold commits which may be nowhere else. */
const COMMIT_FILES = [
  "MERGE_HEAD",
  "CHERRY_PICK_HEAD",
  "REVERT_HEAD",
  "REBASE_HEAD",
  "BISECT_HEAD",
  "MERGE_AUTOSTASH",
  "NOTES_MERGE_PARTIAL",
];
/** The same in the folder of a rebase. */
const REBASE_FILES = ["orig-head", "onto", "autostash", "amend", "stopped-sha"];
/** MERGE_HEAD of an octopus merge has a line for each branch. */
const COMMITS_BYTES_MAX = 256 * 1024;

export interface OperationsFound {
  readonly operations: readonly Operation[];
  /** What they need to be finished or undone. */
  readonly shas: readonly string[];
  /** Where HEAD was before the last merge, rebase or reset. */
  readonly previousHead: readonly string[];
}

/** @throws OrbError `git_unreadable` */
export async function readOperations(gitDir: OpenFolder): Promise<OperationsFound> {
  const operations: Operation[] = [];
  for (const [file, operation] of OPERATIONS) if (await exists(gitDir, file)) operations.push(operation);
  const shas = await readAll(gitDir, COMMIT_FILES);
  for (const name of ["rebase-merge", "rebase-apply"]) {
    if (!(await exists(gitDir, name))) continue;
    await using folder = await openBelow(gitDir, name);
    if (folder !== null) shas.push(...(await readAll(folder, REBASE_FILES)));
  }
  return { operations, shas: [...new Set(shas)], previousHead: await readAll(gitDir, ["ORIG_HEAD"]) };
}

async function exists(folder: OpenFolder, name: string): Promise<boolean> {
  try {
    await lstat(folder.at(name));
    return true;
  } catch (error) {
    if (isSystemError(error) && error.code === "ENOENT") return false;
    throw gitUnreadable(name, "can't be examined", error);
  }
}

async function readAll(folder: OpenFolder, names: readonly string[]): Promise<string[]> {
  const shas: string[] = [];
  for (const name of names) {
    const file = await readSmallFile(folder, name, COMMITS_BYTES_MAX);
    if (file !== null) shas.push(...parseShas(file.bytes));
  }
  return shas;
}
