import { failed } from "../git/git-process.ts";
import type { GitCall, SafeGit } from "../git/safe-git.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { FILES_LISTED_MAX, type FileList } from "./inspection.ts";
import { type ChangedFile, withoutLfs } from "./lfs.ts";
import { copyIndex, removeSparse } from "./real-index.ts";
import { parseStatusRecord, RecordCutter, type StatusRecord } from "./rules/status-records.ts";

/** Every file of the work tree is read and hashed, which takes minutes for a large one on a slow disk. */
const HASHING_TIMEOUT_MS = 30 * 60_000;
const OWN_INDEX = "own-index";
const STATUS = [
  "status",
  "--porcelain=v2",
  "--branch",
  "--no-ahead-behind",
  "--no-renames",
  // Compares the commit of a submodule, and runs no git in it, which would obey the submodule's configuration.
  "--ignore-submodules=dirty",
  "-z",
];
/** Beyond it, a workspace can't be decided on. */
const CHANGES_MAX = 2_000_000;

/**
 * @param path of a file that git does not track, relative to the folder of its repository; that of a repository inside ends with a slash
 * @param isIgnored by a `.gitignore` of the work tree: `.git/info/exclude` and configured files are not read
 */
export type OnUntracked = (path: Buffer, isIgnored: boolean) => void;

export interface WorkTreeQuestion {
  readonly git: SafeGit;
  /** The files. */
  readonly folder: OpenFolder;
  /** Of the worktree; `null` for files without a repository. */
  readonly gitDir: OpenFolder | null;
  /** `null` without commits. */
  readonly head: string | null;
  readonly onUntracked: OnUntracked;
}

export interface WorkTreeFound {
  readonly changed: FileList;
  readonly staged: FileList;
}

/**
 * Compares the files with HEAD by their contents. The index is one of ours, made from HEAD: in the workspace's own, bits such as
 * assume-unchanged hide changes, and so do times and sizes that were set back. Files that a sparse checkout leaves out are not
 * changed.
 *
 * @throws OrbError those of `SafeGit`; `git_unreadable`, `files_unreadable`
 */
export async function readWorkTree(question: WorkTreeQuestion): Promise<WorkTreeFound> {
  const { git, folder, gitDir, head } = question;
  await git.setHead(head);
  const call = { workTree: folder, timeoutMs: HASHING_TIMEOUT_MS };
  if (head !== null) await git.run(["read-tree", head], { index: OWN_INDEX });
  const { changed, deleted } = await compareFiles(question, call);
  const index = gitDir && (await copyIndex(git, gitDir));
  if (index === null) deleted.clear();
  else if (deleted.size > 0) await removeSparse(git, index, deleted);
  const left = await withoutLfs(git, folder, changed);
  const paths = [...left.map(({ path }) => path), ...[...deleted].map((path) => Buffer.from(path, "latin1"))];
  return {
    changed: listOf(paths),
    staged: index === null ? listOf([]) : listOf(await readStaged(question, { ...call, index })),
  };
}

async function compareFiles(
  { git, head, onUntracked }: WorkTreeQuestion,
  call: GitCall,
): Promise<{ changed: readonly ChangedFile[]; deleted: Set<string> }> {
  const changed: ChangedFile[] = [];
  const deleted = new Set<string>();
  const args = [...STATUS, "--untracked-files=all", "--ignored=traditional"];
  await readStatus(git, { args, head, call: { ...call, index: OWN_INDEX } }, (record) => {
    if (record.kind === "untracked" || record.kind === "ignored")
      return onUntracked(record.path, record.kind === "ignored");
    if (record.kind !== "tracked") return;
    // Our index is HEAD, so a difference between them means that read-tree did not do its work.
    if (record.staged) throw failed(["read-tree"], "left an incomplete index", "");
    if (record.change === "deleted") deleted.add(record.path.toString("latin1"));
    else if (record.change === "changed") changed.push({ path: record.path, blob: record.blob });
    if (changed.length + deleted.size > CHANGES_MAX)
      throw failed(args, `reports more than ${CHANGES_MAX} changes`, "");
  });
  return { changed, deleted };
}

/** What was added to the workspace's own index, and may no longer be in any file. */
async function readStaged({ git, head }: WorkTreeQuestion, call: GitCall): Promise<Buffer[]> {
  const staged: Buffer[] = [];
  await readStatus(git, { args: [...STATUS, "--untracked-files=no"], head, call }, (record) => {
    if (record.kind === "tracked" && record.staged) staged.push(record.path);
  });
  return staged;
}

interface StatusQuestion {
  readonly args: readonly string[];
  readonly head: string | null;
  readonly call: GitCall;
}

/** The line about HEAD always comes, so an answer without it is not complete. */
async function readStatus(
  git: SafeGit,
  { args, head, call }: StatusQuestion,
  onRecord: (record: StatusRecord) => void,
): Promise<void> {
  let seenHead = false;
  const cutter = new RecordCutter((bytes) => {
    const record = parseStatusRecord(bytes);
    if (record === null) throw failed(args, "gave an answer that is not understood", "");
    if (record.kind === "head") seenHead = record.sha === head;
    else onRecord(record);
  });
  await git.stream(args, (chunk) => cutter.add(chunk), { ...call, outputBytesMax: Infinity });
  if (!seenHead || !cutter.isComplete) throw failed(args, "gave an incomplete answer", "");
}

function listOf(paths: readonly Buffer[]): FileList {
  return { count: paths.length, paths: paths.slice(0, FILES_LISTED_MAX) };
}
