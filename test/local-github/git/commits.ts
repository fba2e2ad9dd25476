// Commits as git reports them, one at a time or as a range.

import type { BareRepository } from "./bare-repository.ts";
import { rememberCommit } from "./refs.ts";

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

/** Two commits compared: what each has that the other lacks. */
export interface Sides {
  /** Oldest first, as GitHub lists them. */
  readonly ahead: readonly Commit[];
  readonly behindBy: number;
  /** The commits of both at which git stopped: the best common ancestor is among them, unless one side has it all. */
  readonly boundary: readonly string[];
}

// %x00 between fields; -z puts another one after each commit. A message can't hold NUL. %m: the side of a comparison.
const FORMAT = "--format=%m%x00%H%x00%T%x00%P%x00%an%x00%ae%x00%at%x00%cn%x00%ce%x00%ct%x00%B";
const FIELDS = 11;

/** One commit by its full id. */
export async function readCommit(git: BareRepository, sha: string): Promise<Commit> {
  const [commit] = await readCommits(git, [sha]);
  if (!commit) throw new Error(`git knows no commit ${sha} in ${git.gitDir}`);
  return commit;
}

/** Commits by their full ids, in the given order; one process for all. */
export async function readCommits(git: BareRepository, shas: readonly string[]): Promise<Commit[]> {
  const missing = new Set<string>();
  let asked: Promise<Map<string, Commit>> | undefined;
  const found = shas.map((sha) =>
    git.remember(`commit ${sha}`, async () => {
      missing.add(sha);
      asked ??= Promise.resolve().then(() => askForCommits(git, missing));
      return (await asked).get(sha) ?? null;
    }),
  );
  return (await Promise.all(found)).filter((commit) => commit !== null);
}

async function askForCommits(git: BareRepository, shas: Iterable<string>): Promise<Map<string, Commit>> {
  const args = ["log", "--no-walk=unsorted", "-z", FORMAT, "--stdin"];
  const commits = parse(await git.text(args, { input: [...shas].join("\n") }));
  return new Map(commits.map(({ commit }) => [commit.sha, commit]));
}

/** The commits that are in `to` but not in `from`, oldest first, as GitHub lists them. Both are full commit ids. */
export async function listCommits(git: BareRepository, from: string, to: string): Promise<readonly Commit[]> {
  return (await compareCommits(git, from, to)).ahead;
}

/** What `head` (full id) has that `base` lacks, and the reverse; one process answers for all who ask about the two. */
export function compareCommits(git: BareRepository, base: string, head: string): Promise<Sides> {
  return git.remember(`sides ${base} ${head}`, async () => {
    const args = ["log", "--topo-order", "--reverse", "--left-right", "--boundary", "-z", FORMAT];
    const found = base === head ? [] : parse(await git.text([...args, `${base}...${head}`]));
    for (const { commit } of found) {
      git.addAnswer(`commit ${commit.sha}`, commit);
      rememberCommit(git, commit.sha);
    }
    const on = (side: string): Commit[] => found.flatMap((each) => (each.side === side ? each.commit : []));
    return { ahead: on(">"), behindBy: on("<").length, boundary: on("-").map(({ sha }) => sha) };
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
  const found = parse(await git.text(["log", `--max-count=${limit}`, "-z", FORMAT, to, ...only]));
  return found.map(({ commit }) => commit);
}

/** `side` is `<` or `>`, or `-` at the boundary. */
function parse(output: string): { readonly side: string; readonly commit: Commit }[] {
  const fields = output.split("\0");
  const found: { side: string; commit: Commit }[] = [];
  for (let at = 0; at + FIELDS <= fields.length; at += FIELDS) {
    const field = (index: number): string => fields[at + index] ?? "";
    const signature = (index: number): Signature => ({
      name: field(index),
      email: field(index + 1),
      date: new Date(Number(field(index + 2)) * 1_000),
    });
    const commit = {
      sha: field(1),
      treeSha: field(2),
      parents: field(3) === "" ? [] : field(3).split(" "),
      author: signature(4),
      committer: signature(7),
      message: field(10).replace(/\n$/, ""),
    };
    found.push({ side: field(0), commit });
  }
  return found;
}
