import type { Commit, Signature } from "../../git/commits.ts";
import { diffCommits, diffRoot, type FileChange } from "../../git/diff.ts";
import { history, readCommits } from "../../git/commits.ts";
import { pullRequestsThatBrought } from "../../acts/brought.ts";
import { isoTime } from "../../json/schema.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { Repository } from "../../state.ts";
import { connection, type PageArguments } from "../connection.ts";
import type { Context, Fields } from "../context.ts";
import { gitNodeId } from "../global-ids.ts";
import { actorFields } from "./actor.ts";
import { rollupFields } from "./checks.ts";

const HISTORY_MAX = 1_000;

export function commitFields(context: Context, repository: Repository, commit: Commit): Fields {
  const { sha, message, author, committer, parents } = commit;
  const git = context.world.git(repository);
  const [headline = "", ...rest] = message.split("\n");
  const changes = (): Promise<FileChange[]> =>
    parents[0] ? diffCommits(git, parents[0], sha) : diffRoot(git, sha);
  const total = (count: (change: FileChange) => number) => async (): Promise<number> =>
    (await changes()).reduce((sum, change) => sum + count(change), 0);
  return {
    __typename: "Commit",
    id: gitNodeId("C", { repositoryId: repository.id, name: sha }),
    oid: sha,
    abbreviatedOid: sha.slice(0, 7),
    message,
    messageHeadline: headline,
    messageBody: rest.join("\n").trim(),
    authoredDate: isoTime(author.date),
    committedDate: isoTime(committer.date),
    author: gitActorFields(context, author),
    committer: gitActorFields(context, committer),
    additions: total(({ additions }) => additions),
    deletions: total(({ deletions }) => deletions),
    changedFilesIfAvailable: total(() => 1),
    url: `${repositoryPage(context.world, repository)}/commit/${sha}`,
    signature: null,
    statusCheckRollup: () => rollupFields(context, repository, sha),
    parents: async (page: PageArguments) => {
      const commits = await readCommits(git, parents);
      return connection("parents", commits, page, (parent) => commitFields(context, repository, parent));
    },
    history: async ({ path, ...page }: PageArguments & { path?: string }) => {
      const commits = await history(git, sha, HISTORY_MAX, path);
      return connection("history", commits, page, (each) => commitFields(context, repository, each));
    },
    associatedPullRequests: async (page: PageArguments) => {
      const pulls = await pullRequestsThatBrought(context.world, repository, sha);
      return connection("associatedPullRequests", pulls, page, (pull) =>
        context.show.pullRequest(context, repository, pull),
      );
    },
    repository: () => context.show.repository(context, repository),
  };
}

function gitActorFields(context: Context, { name, email, date }: Signature): Fields {
  const account = [...context.world.state.accounts.values()].find((each) => each.email === email);
  return {
    __typename: "GitActor",
    name,
    email,
    date: isoTime(date),
    user: account?.type === "User" ? actorFields(context, account) : null,
  };
}
