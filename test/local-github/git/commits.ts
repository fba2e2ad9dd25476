// Commits as git reports them, one at a time or as a range.

import type { BareRepository } from "./bare-repository.ts";

export interface Signature {
  readonly name: string;
  readonly email: string;
  readonly date: Date;
}

export interface Commit {
  readonly sha: string;
  readonly treeSha: string;
  readonly parents: readonly string[];
  readonly author: Signature;
  readonly committer: Signature;
  /** Complete, without the last line feed. */
  readonly message: string;
}

// %x00 between fields; -z puts another one after each commit. A message can't hold NUL.
const FORMAT = "--format=%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B";
const FIELDS = 10;

/** One commit by its full id. */
export async function readCommit(git: BareRepository, sha: string): Promise<Commit> {
  const [commit] = await readCommits(git, [sha]);
  if (!commit) throw new Error(`git knows no commit ${sha} in ${git.gitDir}`);
  return commit;
}

/** Commits by their full ids, in the given order; one process for all. */
export async function readCommits(git: BareRepository, shas: readonly string[]): Promise<Commit[]> {
  const asked = [...new Set(shas)];
  const found = await git.remember(`commits ${asked.join(" ")}`, async () =>
    parse(
      await git.text(["log", "--no-walk=unsorted", "-z", FORMAT, "--stdin"], { input: asked.join("\n") }),
    ),
  );
  const bySha = new Map(found.map((commit) => [commit.sha, commit]));
  return shas.flatMap((sha) => bySha.get(sha) ?? []);
}

/** The commits that are in `to` but not in `from`, oldest first, as GitHub lists them. Both are full commit ids. */
export function listCommits(git: BareRepository, from: string, to: string): Promise<Commit[]> {
  return git.remember(`range ${from} ${to}`, async () => {
    const commits = parse(await git.text(["log", "--topo-order", "--reverse", "-z", FORMAT, to, `^${from}`]));
    for (const commit of commits) git.addAnswer(`commits ${commit.sha}`, [commit]);
    return commits;
  });
}

/** The history of `to`, or of one file or folder in it, newest first; at most `limit` commits. */
export async function history(
  git: BareRepository,
  to: string,
  limit: number,
  path?: string,
): Promise<Commit[]> {
  const only = path === undefined ? [] : ["--", path];
  return parse(await git.text(["log", `--max-count=${limit}`, "-z", FORMAT, to, ...only]));
}

function parse(output: string): Commit[] {
  const fields = output.split("\0");
  const commits: Commit[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const field = (index: number): string => fields[at + index] ?? "";
    const signature = (index: number): Signature => ({
      name: field(index),
      email: field(index + 1),
      date: new Date(Number(field(index + 2)) * 1_000),
    });
    commits.push({
      sha: field(0),
      treeSha: field(1),
      parents: field(2) === "" ? [] : field(2).split(" "),
      author: signature(3),
      committer: signature(6),
      message: field(9).replace(/\n$/, ""),
    });
  }
  return commits;
}
