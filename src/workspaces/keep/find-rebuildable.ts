import { failed } from "../git/git-process.ts";
import { openBelow } from "../git/open-below.ts";
import { readHead, readRefs } from "../git/read-refs.ts";
import type { GitCall, GitHost, SafeGit } from "../git/safe-git.ts";
import { joinBytes } from "../tree/join-bytes.ts";
import type { OpenFolder } from "../tree/open-folder.ts";
import { eachRepository, openGit, type Visited } from "./each-repository.ts";
import { findPlaces } from "./find-places.ts";
import { copyIndex } from "./real-index.ts";
import { isRebuildableFolder, rebuildableRoot } from "./rules/rebuildable.ts";
import { RecordCutter } from "./rules/status-records.ts";

/**
 * The outermost folders of a workspace that a command makes again and that hold nothing else: by the closed list of names, in a repository
 * that ignores all files in them, without one that git tracks in HEAD or in the index, and without a repository inside. Only reads.
 *
 * @returns their paths, relative to the workspace
 * @throws OrbError `git_unreadable`, `files_unreadable` and those of `SafeGit`: then nobody knows
 */
export async function findRebuildable(workspace: OpenFolder, host: GitHost = {}): Promise<readonly Buffer[]> {
  const { places } = await findPlaces(workspace, host.signal);
  const excluded = new Set<string>();
  // A path inside a folder of the list, so that the folder around it is found.
  const exclude = (path: Buffer) => {
    const root = rebuildableRoot(joinBytes(path, Buffer.from("inside")));
    if (root !== null) excluded.add(root.toString("latin1"));
  };
  for (const { path } of places) if (path.length > 0) exclude(path);
  const repositories: Buffer[] = [];
  await eachRepository(workspace, { places, host }, async (visited) => {
    repositories.push(visited.path);
    await excludeTracked(visited, { exclude, host });
  });
  const found: Buffer[] = [];
  await search(workspace, Buffer.alloc(0), found);
  // Without a repository nothing says what is ignored.
  const isInOne = (path: Buffer) => repositories.some((repository) => startsWith(path, repository));
  return found.filter((path) => isInOne(path) && !excluded.has(path.toString("latin1")));
}

async function search(folder: OpenFolder, path: Buffer, found: Buffer[]): Promise<void> {
  const inside: Buffer[] = [];
  for await (const entry of folder.entries()) {
    if (!entry.isDirectory()) continue;
    const name = Buffer.from(entry.name);
    if (isRebuildableFolder(name)) found.push(joinBytes(path, name));
    else if (!name.equals(GIT)) inside.push(name);
  }
  for (const name of inside) {
    await using inner = await openBelow(folder, name);
    if (inner !== null) await search(inner, joinBytes(path, name), found);
  }
}

const GIT = Buffer.from(".git");

async function excludeTracked(
  { layout, path, folder }: Visited,
  { exclude, host }: { exclude: (path: Buffer) => void; host: GitHost },
): Promise<void> {
  const refs = await readRefs(layout.commonDir);
  const { sha } = await readHead(layout.gitDir, layout.commonDir, refs);
  await using git = await openGit(layout, host);
  const onName = (name: Buffer) => exclude(joinBytes(path, name));
  if (sha !== null) await readNames(git, ["ls-tree", "-r", "-z", "--name-only", "--full-tree", sha], onName);
  const index = await copyIndex(git, layout.gitDir);
  if (index !== null) await readNames(git, ["ls-files", "-z"], onName, { index });
  const others = ["ls-files", "--others", "--exclude-standard", "-z"];
  const cutter = new RecordCutter(onName);
  const call = { workTree: folder, outputBytesMax: Infinity, ...(index !== null && { index }) };
  await git.stream(others, (chunk) => cutter.add(chunk), call);
  if (!cutter.isComplete) throw failed(others, "gave an incomplete answer", "");
}

/** An empty answer is not believed: a repository without any file is left alone. */
async function readNames(
  git: SafeGit,
  args: readonly string[],
  onName: (name: Buffer) => void,
  call: GitCall = {},
): Promise<void> {
  let names = 0;
  const cutter = new RecordCutter((name) => {
    names += 1;
    onName(name);
  });
  await git.stream(args, (chunk) => cutter.add(chunk), { ...call, outputBytesMax: Infinity });
  if (!cutter.isComplete || names === 0) throw failed(args, "gave an incomplete answer", "");
}

function startsWith(path: Buffer, folder: Buffer): boolean {
  return (
    folder.length === 0 || path.subarray(0, folder.length + 1).equals(joinBytes(folder, Buffer.alloc(0)))
  );
}
