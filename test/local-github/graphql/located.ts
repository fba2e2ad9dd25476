// Objects of the state by their global ids, as far as the caller may see them.

import { sees } from "../auth/access.ts";
import type { CheckRun, Issue, IssueComment, Label, PullRequest, Repository, Review } from "../state.ts";
import type { Account, Team } from "../account.ts";
import type { Context } from "./context.ts";
import { parseGitNodeId } from "./global-ids.ts";
import { nodeNotFound } from "./graphql-refusal.ts";

export type Located =
  | { readonly kind: "account"; readonly account: Account }
  | { readonly kind: "team"; readonly team: Team }
  | { readonly kind: "repository"; readonly repository: Repository }
  | { readonly kind: "label"; readonly repository: Repository; readonly label: Label }
  | { readonly kind: "issue"; readonly repository: Repository; readonly issue: Issue }
  | { readonly kind: "pull request"; readonly repository: Repository; readonly pullRequest: PullRequest }
  | {
      readonly kind: "review";
      readonly repository: Repository;
      readonly pullRequest: PullRequest;
      readonly review: Review;
    }
  | {
      readonly kind: "comment";
      readonly repository: Repository;
      readonly issue: PullRequest | Issue;
      readonly comment: IssueComment;
    }
  | { readonly kind: "check run"; readonly repository: Repository; readonly checkRun: CheckRun }
  | { readonly kind: "ref"; readonly repository: Repository; readonly name: string }
  | { readonly kind: "commit"; readonly repository: Repository; readonly name: string };

/** Throws GitHub's NOT_FOUND for an unknown id and for an object that the caller may not see. */
export function locate(context: Context, id: string): Located {
  const found = [...candidates(context, id)][0];
  if (!found) throw nodeNotFound(id);
  return found;
}

/** `locate` for one of the given kinds only. */
export function locateAs<Kind extends Located["kind"]>(
  context: Context,
  id: string,
  ...kinds: readonly Kind[]
): Extract<Located, { kind: Kind }> {
  const found = locate(context, id);
  if (!kinds.some((kind) => kind === found.kind)) throw nodeNotFound(id);
  return found as Extract<Located, { kind: Kind }>;
}

function* candidates(context: Context, id: string): Generator<Located> {
  const { state } = context.world;
  for (const account of state.accounts.values())
    if (account.nodeId === id) yield { kind: "account", account };
  for (const team of state.teams.values()) if (team.nodeId === id) yield { kind: "team", team };
  for (const repository of state.repositories.values()) {
    if (sees(context.caller, repository)) yield* inRepository(repository, id);
  }
}

function* inRepository(repository: Repository, id: string): Generator<Located> {
  if (repository.nodeId === id) yield { kind: "repository", repository };
  for (const label of repository.labels.values()) {
    if (label.nodeId === id) yield { kind: "label", repository, label };
  }
  for (const checkRun of repository.checkRuns) {
    if (checkRun.nodeId === id) yield { kind: "check run", repository, checkRun };
  }
  for (const issue of repository.issues.values()) {
    if (issue.nodeId === id) yield { kind: "issue", repository, issue };
    yield* commentsOn(repository, issue, id);
  }
  for (const pullRequest of repository.pullRequests.values()) {
    if (pullRequest.nodeId === id) yield { kind: "pull request", repository, pullRequest };
    yield* commentsOn(repository, pullRequest, id);
    const review = pullRequest.reviews.find((each) => each.nodeId === id);
    if (review) yield { kind: "review", repository, pullRequest, review };
  }
  const address = /^(REF|C)_/.test(id) ? parseGitNodeId(id) : null;
  if (address?.repositoryId !== repository.id) return;
  yield { kind: id.startsWith("REF_") ? "ref" : "commit", repository, name: address.name };
}

function* commentsOn(repository: Repository, issue: PullRequest | Issue, id: string): Generator<Located> {
  const comment = issue.comments.find((each) => each.nodeId === id);
  if (comment) yield { kind: "comment", repository, issue, comment };
}
