import type { Commit } from "../git/commits.ts";
import type { FileChange } from "../git/diff.ts";
import type { Repository } from "../state.ts";
import type { Account } from "../account.ts";
import type { World } from "../world.ts";
import { accountJson } from "./account.ts";
import { isoTime, type Schema } from "./schema.ts";
import { repositoryApi, repositoryPage } from "./urls.ts";

export function commitJson(world: World, repository: Repository, commit: Commit): Schema<"commit"> {
  const { sha, treeSha, author, committer, message, parents } = commit;
  const api = repositoryApi(world, repository);
  const page = repositoryPage(world, repository);
  return {
    sha,
    node_id: `C_kwDO${Buffer.from(`${repository.id}:${sha}`).toString("base64url")}`,
    commit: {
      author: { name: author.name, email: author.email, date: isoTime(author.date) },
      committer: { name: committer.name, email: committer.email, date: isoTime(committer.date) },
      message,
      tree: { sha: treeSha, url: `${api}/git/trees/${treeSha}` },
      url: `${api}/git/commits/${sha}`,
      comment_count: 0,
      verification: {
        verified: false,
        reason: "unsigned",
        signature: null,
        payload: null,
        verified_at: null,
      },
    },
    url: `${api}/commits/${sha}`,
    html_url: `${page}/commit/${sha}`,
    comments_url: `${api}/commits/${sha}/comments`,
    author: accountByEmail(world, author.email),
    committer: accountByEmail(world, committer.email),
    parents: parents.map((parent) => ({
      sha: parent,
      url: `${api}/commits/${parent}`,
      html_url: `${page}/commit/${parent}`,
    })),
  };
}

/** GitHub links a commit to an account by the e-mail alone; `null` if no account has it. */
function accountByEmail(world: World, email: string): Schema<"simple-user"> | null {
  const account = [...world.state.accounts.values()].find((each: Account) => each.email === email);
  return account ? accountJson(world, account) : null;
}

/** A changed file in the form that compare, commits and pull requests show. */
export function fileJson(
  world: World,
  repository: Repository,
  change: FileChange,
  commitSha: string,
): Schema<"diff-entry"> {
  const page = repositoryPage(world, repository);
  const path = change.path.split("/").map(encodeURIComponent).join("/");
  return {
    sha: change.sha,
    filename: change.path,
    status: change.status,
    additions: change.additions,
    deletions: change.deletions,
    changes: change.additions + change.deletions,
    blob_url: `${page}/blob/${commitSha}/${path}`,
    raw_url: `${page}/raw/${commitSha}/${path}`,
    contents_url: `${repositoryApi(world, repository)}/contents/${path}?ref=${commitSha}`,
    ...(change.patch === null ? {} : { patch: change.patch }),
    ...(change.previousPath === null ? {} : { previous_filename: change.previousPath }),
  };
}
