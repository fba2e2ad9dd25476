// Commits in webhooks, shorter than in REST.

import type { Commit, Signature } from "../../git/commits.ts";
import type { World } from "../../world.ts";
import type { Payload } from "./part.ts";

/** For check suites and merge groups. */
export function shortCommit({ sha, treeSha, message, author, committer }: Commit): Payload {
  return {
    id: sha,
    tree_id: treeSha,
    message,
    timestamp: author.date.toISOString(),
    author: { name: author.name, email: author.email },
    committer: { name: committer.name, email: committer.email },
  };
}

/** With the login if the e-mail belongs to an account. */
export function signaturePart(world: World, { name, email, date }: Signature): Payload {
  const account = [...world.state.accounts.values()].find((each) => each.email === email);
  return { name, email, date: date.toISOString(), ...(account ? { username: account.login } : {}) };
}
