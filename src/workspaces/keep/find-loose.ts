import { OrbError } from "../../errors.ts";
import { failed } from "../git/git-process.ts";
import { gitUnreadable } from "../git/git-unreadable.ts";
import type { SafeGit } from "../git/safe-git.ts";
import type { AskGitHub, CommitsAnswer } from "./ask-github.ts";
import { resolveObjects, type GitObject } from "./resolve-objects.ts";
import { isLoose } from "./rules/is-loose.ts";
import { distinctTips, mayBeMissing, type Tip } from "./rules/tip.ts";

/** In one question to GitHub; a tag and its commit are two. */
const SHAS_PER_ROUND = 100;
/** Questions for one repository. What is left over counts as unpushed. */
const ROUNDS_MAX = 4;
const BRANCHES_ASKED_MAX = 50;
/** More loose commits are only counted; all tips that may lead to them count as loose then. */
const COMMITS_LISTED_MAX = 100_000;

export interface LooseCommits {
  readonly tips: readonly Tip[];
  readonly commits: number;
}

export interface LooseQuestion {
  readonly git: SafeGit;
  readonly tips: readonly Tip[];
  /** Full names of branches, the one that is checked out first. */
  readonly branches: readonly Buffer[];
  /** Commits that are kept elsewhere; those that the repository lacks are ignored. */
  readonly stays: readonly string[];
  /** What was fetched when the workspace was created: tags and remote-tracking refs. */
  readonly fetchedBefore: ReadonlySet<string>;
  /** Only asked if something is not kept elsewhere. */
  readonly ask: (question: { shas: readonly string[]; branches: readonly string[] }) => ReturnType<AskGitHub>;
}

/**
 * Finds what is nowhere else. Whether GitHub has a commit, only GitHub can say: the remote-tracking refs of a workspace are files
 * that its agent writes.
 *
 * @throws OrbError `git_unreadable` if a ref leads to a missing object; those of git and of the question
 */
export async function findLoose(question: LooseQuestion): Promise<LooseCommits> {
  const { git, fetchedBefore } = question;
  const tips = distinctTips(question.tips).filter(
    ({ sha, kind }) => !((kind === "fetched" || kind === "tag") && fetchedBefore.has(sha)),
  );
  const objects = await resolveObjects(
    git,
    tips.map(({ sha }) => sha),
  );
  const existing = tips.filter((tip) => exists(tip, objects));
  const kept = await commitsOf(git, question.stays);
  const before = await judge(question, existing, { objects, kept, answer: null });
  if (before.tips.length === 0) return { tips: [], commits: 0 };
  return askInRounds(question, before, { objects, kept });
}

/** What one answer proves often contains what would be asked next, so GitHub is asked about some at a time. */
async function askInRounds(
  question: LooseQuestion,
  before: LooseCommits,
  { objects, kept }: Pick<Known, "objects" | "kept">,
): Promise<LooseCommits> {
  const asked = new Set<string>();
  const present = new Set<string>();
  const known = [...kept];
  let left = before;
  for (let round = 0; round < ROUNDS_MAX; round++) {
    const shas = left.tips.flatMap(({ sha }) => [objects.get(sha)?.peeled.sha ?? sha, sha]);
    const next = [...new Set(shas)].filter((sha) => !asked.has(sha)).slice(0, SHAS_PER_ROUND);
    if (next.length === 0) break;
    for (const sha of next) asked.add(sha);
    const answer = await ask(question, next);
    for (const sha of answer.present) present.add(sha);
    known.push(...(await commitsOf(question.git, [...answer.held, ...answer.heads])));
    left = await judge(question, left.tips, { objects, kept: known, answer: { present } });
  }
  return left;
}

/** @throws OrbError `git_unreadable` if a ref leads to nothing */
function exists(tip: Tip, objects: ReadonlyMap<string, GitObject>): boolean {
  if (objects.has(tip.sha)) return true;
  if (mayBeMissing(tip)) return false;
  throw gitUnreadable(tip.name, `leads to ${tip.sha}, which the repository lacks`);
}

interface Known {
  readonly objects: ReadonlyMap<string, GitObject>;
  /** Commits whose whole history is kept somewhere. */
  readonly kept: readonly string[];
  readonly answer: Pick<CommitsAnswer, "present"> | null;
}

async function judge(
  { git, stays }: LooseQuestion,
  tips: readonly Tip[],
  { objects, kept, answer }: Known,
): Promise<LooseCommits> {
  const commitOf = ({ sha }: Tip): string | null => {
    const peeled = objects.get(sha)?.peeled;
    return peeled?.type === "commit" ? peeled.sha : null;
  };
  const starts = new Set(tips.map(commitOf).filter((sha) => sha !== null));
  const only = await reachableOnlyFrom(git, [...starts], kept);
  const staying = new Set(stays);
  const loose = tips.filter((tip) => {
    const commit = commitOf(tip);
    const contained = commit === null ? null : only.shas !== null && !only.shas.has(commit);
    const object = objects.get(tip.sha);
    return isLoose(tip, { object, contained, stays: staying.has(tip.sha), answer });
  });
  return { tips: loose, commits: loose.length === 0 ? 0 : only.count };
}

async function ask({ ask: send, branches }: LooseQuestion, shas: readonly string[]): Promise<CommitsAnswer> {
  const names = branches.map((name) => name.toString().replace(/^refs\/heads\//, ""));
  try {
    return await send({ shas, branches: names.slice(0, BRANCHES_ASKED_MAX) });
  } catch (error) {
    if (!(error instanceof OrbError)) throw error;
    throw new OrbError(
      {
        code: "github_unreadable",
        reason: `GitHub did not say which commits it has: ${error.message}`,
        remedy: `${error.remedy} Until GitHub answers, the workspace stays.`,
      },
      { cause: error, retryAt: error.retryAt },
    );
  }
}

async function reachableOnlyFrom(
  git: SafeGit,
  starts: readonly string[],
  kept: readonly string[],
): Promise<{ count: number; shas: ReadonlySet<string> | null }> {
  if (starts.length === 0) return { count: 0, shas: new Set() };
  const input = Buffer.from([...starts, ...kept.map((sha) => `^${sha}`), ""].join("\n"));
  // The count comes first: it is never empty, so an empty list can be told from a git that said nothing.
  const counting = ["rev-list", "--count", "--stdin"];
  const count = /^(\d+)\n$/.exec((await git.run(counting, { input })).toString("latin1"))?.[1];
  if (count === undefined) throw failed(counting, "gave an incomplete answer", "");
  if (Number(count) === 0) return { count: 0, shas: new Set() };
  if (Number(count) > COMMITS_LISTED_MAX) return { count: Number(count), shas: null };
  const listing = ["rev-list", "--stdin"];
  const lines = (await git.run(listing, { input })).toString("latin1").split("\n");
  if (lines.pop() !== "" || lines.length !== Number(count))
    throw failed(listing, "gave an incomplete answer", "");
  return { count: lines.length, shas: new Set(lines) };
}

/** Those of the ids that are commits of this repository, or tags of one. */
async function commitsOf(git: SafeGit, shas: readonly string[]): Promise<string[]> {
  const objects = await resolveObjects(git, [...new Set(shas)]);
  return [...objects.values()]
    .filter(({ peeled }) => peeled.type === "commit")
    .map(({ peeled }) => peeled.sha);
}
