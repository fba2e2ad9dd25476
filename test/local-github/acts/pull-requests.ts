// Opening and editing pull requests, with GitHub's own refusals.

import { branchSha, moveRef, resolveRevision } from "../git/refs.ts";
import { divergence, isAncestor } from "../git/compare.ts";
import { GitHubError, refused, validationFailed } from "../github-error.ts";
import type { PullRequest, Repository } from "../state.ts";
import type { Actor, World } from "../world.ts";
import type { PullRequestChanges } from "../world-event.ts";
import { checkBody, checkTitle } from "./texts.ts";

export interface NewPullRequest {
  readonly title: string;
  readonly body?: string | null;
  /** `branch` or `owner:branch`; forks are not supported, so the owner must be the repository's. */
  readonly head: string;
  readonly base: string;
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
}

/** Opens a pull request from a branch with commits that its base does not have. */
export async function openPullRequest(
  world: World,
  actor: Actor,
  repository: Repository,
  wanted: NewPullRequest,
): Promise<PullRequest> {
  const headRef = localBranch(repository, wanted.head);
  checkTitle(wanted.title);
  checkBody("Issue", wanted.body);
  const git = world.git(repository);
  const [headSha, baseSha] = await Promise.all([
    headRef === null ? null : branchSha(git, headRef),
    branchSha(git, wanted.base),
  ]);
  if (headRef === null || headSha === null) throw invalid("head");
  if (baseSha === null) throw invalid("base");
  const { mergeBase, aheadBy } = await divergence(git, baseSha, headSha);
  // Nothing waits from here to the insertion, so two simultaneous requests can't both see no pull request.
  refuseSecond(repository, headRef, wanted.base);
  if (mergeBase === null) {
    throw refused("PullRequest", `The ${headRef} branch has no history in common with ${wanted.base}`);
  }
  if (aheadBy === 0) throw refused("PullRequest", `No commits between ${wanted.base} and ${headRef}`);
  if (wanted.draft && !repository.draftsSupported) {
    throw new GitHubError(422, "Draft pull requests are not supported in this repository.");
  }
  const pullRequest = insert(world, actor, repository, { ...wanted, headRef, headSha });
  await moveRef(git, { name: `refs/pull/${pullRequest.number}/head`, to: headSha });
  await raiseEvent(world, actor, repository, pullRequest, "opened");
  return pullRequest;
}

function insert(
  world: World,
  actor: Actor,
  repository: Repository,
  wanted: NewPullRequest & { readonly headRef: string; readonly headSha: string },
): PullRequest {
  const now = world.now();
  const pullRequest: PullRequest = {
    ...world.newIdentity("PR"),
    number: repository.nextNumber++,
    author: actor.account,
    openedByAppId: actor.app?.id ?? null,
    createdAt: now,
    updatedAt: now,
    title: wanted.title,
    body: wanted.body ?? null,
    state: "open",
    draft: wanted.draft ?? false,
    headRef: wanted.headRef,
    headSha: wanted.headSha,
    baseRef: wanted.base,
    labels: [],
    requestedReviewers: [],
    requestedTeams: [],
    assignees: [],
    comments: [],
    reviews: [],
    closedAt: null,
    mergedAt: null,
    mergedBy: null,
    mergeCommitSha: null,
    maintainerCanModify: wanted.maintainerCanModify ?? false,
    mergeable: null,
    mergeableNullReads: world.mergeableNullReads,
  };
  repository.pullRequests.set(pullRequest.number, pullRequest);
  return pullRequest;
}

export interface PullRequestEdit {
  readonly title?: string;
  readonly body?: string | null;
  readonly base?: string;
  readonly state?: "open" | "closed";
  readonly maintainerCanModify?: boolean;
}

/** Edits the given fields; closing and reopening raise their own events, as on GitHub. */
export async function editPullRequest(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  edit: PullRequestEdit,
): Promise<void> {
  if (edit.title !== undefined) checkTitle(edit.title);
  checkBody("Issue", edit.body);
  const base = await newBase(world, repository, pullRequest, edit.base);
  const changes: PullRequestChanges = {
    ...(edit.title !== undefined && edit.title !== pullRequest.title
      ? { title: { from: pullRequest.title } }
      : {}),
    ...(edit.body !== undefined && edit.body !== pullRequest.body
      ? { body: { from: pullRequest.body } }
      : {}),
    ...(base ? { base: { ref: { from: pullRequest.baseRef }, sha: { from: base.shaBefore } } } : {}),
  };
  pullRequest.title = edit.title ?? pullRequest.title;
  if (edit.body !== undefined) pullRequest.body = edit.body;
  pullRequest.maintainerCanModify = edit.maintainerCanModify ?? pullRequest.maintainerCanModify;
  if (base) {
    pullRequest.baseRef = base.ref;
    forgetMergeability(world, pullRequest);
  }
  pullRequest.updatedAt = world.now();
  if (Object.keys(changes).length > 0) {
    const { account: sender } = actor;
    await world.raise({ type: "pull_request", action: "edited", repository, pullRequest, changes, sender });
  }
  if (edit.state === "closed") await closePullRequest(world, actor, repository, pullRequest);
  if (edit.state === "open") await reopenPullRequest(world, actor, repository, pullRequest);
}

async function newBase(
  world: World,
  repository: Repository,
  pullRequest: PullRequest,
  ref: string | undefined,
): Promise<{ ref: string; shaBefore: string } | null> {
  if (ref === undefined || ref === pullRequest.baseRef) return null;
  const git = world.git(repository);
  if ((await branchSha(git, ref)) === null) throw invalid("base");
  const shaBefore = await resolveRevision(git, pullRequest.baseRef);
  refuseSecond(repository, pullRequest.headRef, ref);
  return { ref, shaBefore: shaBefore ?? "" };
}

/** Closes without merging; does nothing if it is already closed. */
export async function closePullRequest(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  if (pullRequest.state === "closed") return;
  pullRequest.state = "closed";
  pullRequest.closedAt = world.now();
  pullRequest.updatedAt = world.now();
  await raiseEvent(world, actor, repository, pullRequest, "closed");
}

/** Reopens a closed one, if its branch is unchanged or only has more commits. */
export async function reopenPullRequest(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
): Promise<void> {
  if (pullRequest.state === "open") return;
  const { headRef } = pullRequest;
  const cannot = (why: string): GitHubError =>
    validationFailed({
      resource: "PullRequest",
      code: "invalid",
      field: "state",
      message: `state cannot be changed. ${why}`,
    });
  if (pullRequest.mergedAt) throw cannot("The pull request has been merged.");
  const git = world.git(repository);
  const headSha = await branchSha(git, headRef);
  if (headSha === null) throw cannot(`The ${headRef} branch has been deleted.`);
  if (!(await isAncestor(git, pullRequest.headSha, headSha))) {
    throw cannot(`The ${headRef} branch was force-pushed or recreated.`);
  }
  refuseSecond(repository, headRef, pullRequest.baseRef);
  pullRequest.state = "open";
  pullRequest.closedAt = null;
  pullRequest.headSha = headSha;
  pullRequest.updatedAt = world.now();
  forgetMergeability(world, pullRequest);
  await raiseEvent(world, actor, repository, pullRequest, "reopened");
}

/** Converts to a draft and back; only GraphQL offers this to Apps. */
export async function setDraft(
  world: World,
  actor: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  draft: boolean,
): Promise<void> {
  if (pullRequest.draft === draft) return;
  if (draft && !repository.draftsSupported) {
    throw new GitHubError(422, "Draft pull requests are not supported in this repository.");
  }
  pullRequest.draft = draft;
  pullRequest.updatedAt = world.now();
  await raiseEvent(world, actor, repository, pullRequest, draft ? "converted_to_draft" : "ready_for_review");
}

/** A push to head or base invalidates the computed mergeability. */
export function forgetMergeability(world: World, pullRequest: PullRequest): void {
  pullRequest.mergeable = null;
  pullRequest.mergeableNullReads = world.mergeableNullReads;
}

/** The branch of `branch` or `owner:branch` if it is in this repository, else `null`. */
function localBranch(repository: Repository, head: string): string | null {
  const [first = "", ...rest] = head.split(":");
  if (rest.length === 0) return first;
  return first.toLowerCase() === repository.owner.login.toLowerCase() ? rest.join(":") : null;
}

function refuseSecond(repository: Repository, headRef: string, baseRef: string): void {
  for (const other of repository.pullRequests.values()) {
    if (other.state === "open" && other.headRef === headRef && other.baseRef === baseRef) {
      const label = `${repository.owner.login}:${headRef}`;
      throw refused("PullRequest", `A pull request already exists for ${label}.`);
    }
  }
}

function invalid(field: "head" | "base"): GitHubError {
  return validationFailed({ resource: "PullRequest", field, code: "invalid" });
}

async function raiseEvent(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  action: "opened" | "closed" | "reopened" | "converted_to_draft" | "ready_for_review",
): Promise<void> {
  await world.raise({ type: "pull_request", action, repository, pullRequest, sender });
}
