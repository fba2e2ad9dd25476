// Payloads about moved, new and deleted refs.

import { listCommits, readCommits, type Commit } from "../../git/commits.ts";
import { diffCommits, diffRoot } from "../../git/diff.ts";
import { branchSha, ZERO_SHA } from "../../git/refs.ts";
import { accountJson } from "../../json/account.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { Repository } from "../../state.ts";
import type { World } from "../../world.ts";
import type { PushEvent, RefEvent } from "../../world-event.ts";
import type { Payload } from "./part.ts";
import { signaturePart } from "./commits.ts";
import { repositoryPart } from "./places.ts";

/** "The array includes a maximum of 2048 commits." https://docs.github.com/webhooks/webhook-events-and-payloads#push */
const COMMITS_MAX = 2_048;

export async function pushPart(world: World, event: PushEvent): Promise<Payload> {
  const { repository, ref, before, after, created, deleted, forced, sender } = event;
  const page = repositoryPage(world, repository);
  const commits = await pushedCommits(world, event);
  const [head] = deleted ? [] : await readCommits(world.git(repository), [after]);
  const range = created ? after.slice(0, 12) : `${before.slice(0, 12)}...${after.slice(0, 12)}`;
  return {
    ref,
    before,
    after,
    base_ref: null,
    created,
    deleted,
    forced,
    compare: `${page}/compare/${range}`,
    commits: await Promise.all(commits.map((commit) => commitPart(world, repository, commit))),
    head_commit: head ? await commitPart(world, repository, head) : null,
    pusher: { name: sender.login, email: sender.email },
    repository: pushedRepository(world, repository),
  };
}

/** The commits of a new branch are counted from the default branch. */
async function pushedCommits(
  world: World,
  { repository, before, after, created, deleted }: PushEvent,
): Promise<Commit[]> {
  if (deleted) return [];
  const git = world.git(repository);
  const from = created ? await branchSha(git, repository.defaultBranch) : before;
  if (from === null || from === ZERO_SHA) return [];
  return (await listCommits(git, from, after)).slice(-COMMITS_MAX);
}

async function commitPart(world: World, repository: Repository, commit: Commit): Promise<Payload> {
  const git = world.git(repository);
  const { sha, treeSha, parents, message, author, committer } = commit;
  const files = await (parents[0] ? diffCommits(git, parents[0], sha) : diffRoot(git, sha));
  const paths = (...statuses: string[]): string[] =>
    files.filter(({ status }) => statuses.includes(status)).map(({ path }) => path);
  return {
    id: sha,
    tree_id: treeSha,
    distinct: true,
    message,
    timestamp: committer.date.toISOString(),
    url: `${repositoryPage(world, repository)}/commit/${sha}`,
    author: signaturePart(world, author),
    committer: signaturePart(world, committer),
    added: paths("added", "renamed", "copied"),
    removed: [...paths("removed"), ...files.flatMap(({ previousPath }) => previousPath ?? [])],
    modified: paths("modified", "changed"),
  };
}

/** Only push gives times as seconds since 1970, and the owner's name and e-mail. */
function pushedRepository(world: World, repository: Repository): Payload {
  const { owner, createdAt, defaultBranch } = repository;
  const seconds = (date: Date): number => Math.floor(date.getTime() / 1_000);
  return {
    ...repositoryPart(world, repository),
    url: repositoryPage(world, repository),
    owner: { ...accountJson(world, owner), name: owner.login, email: owner.email },
    created_at: seconds(createdAt),
    pushed_at: seconds(world.now()),
    stargazers: 0,
    master_branch: defaultBranch,
    ...(owner.type === "Organization" ? { organization: owner.login } : {}),
  };
}

export function refPart({ type, ref, refType, repository }: RefEvent): Payload {
  const common = { ref, ref_type: refType, pusher_type: "user" };
  if (type === "delete") return common;
  return { ...common, master_branch: repository.defaultBranch, description: repository.description };
}
