// What people and CI do in a repository of the local GitHub, in the words of a test. Each verb is a thin layer
// over one act.

import { AdministratorVerbs, type By } from "./administrator-verbs.ts";
import {
  ACTIONS_SLUG,
  createCheckRun,
  latestCheckRuns,
  setStatus,
  updateCheckRun,
  type CheckRunInput,
  type StatusInput,
} from "./acts/checks.ts";
import { addComment } from "./acts/comments.ts";
import { openIssue, type NewIssue } from "./acts/issues.ts";
import { addLabels, removeLabel } from "./acts/labels.ts";
import { enqueue } from "./acts/merge-queue.ts";
import { mergePullRequest, type MergeRequest } from "./acts/merges.ts";
import * as pulls from "./acts/pull-requests.ts";
import { deleteBranch, pushFiles, type FilesPush } from "./acts/pushes.ts";
import { dismissReview, submitReview, type NewReview } from "./acts/reviews.ts";
import { branchSha, resolveRevision } from "./git/refs.ts";
import type {
  App,
  CheckRun,
  CommitStatus,
  Issue,
  IssueComment,
  PullRequest,
  Repository,
  Review,
} from "./state.ts";
import { issueOf, pullRequestOf } from "./world.ts";

export class Verbs extends AdministratorVerbs {
  readonly #ci = new Map<string, App>();

  /** Commits directly to the repository as a person's push; returns the id of the new commit. */
  pushFiles(repository: Repository, { by, ...push }: FilesPush & By): Promise<string> {
    return pushFiles(this.world, this.actor(by), repository, push);
  }

  deleteBranch(repository: Repository, branch: string, { by }: By = {}): Promise<void> {
    return deleteBranch(this.world, this.actor(by), repository, branch);
  }

  branchSha(repository: Repository, branch: string): Promise<string | null> {
    return branchSha(this.world.git(repository), branch);
  }

  openIssue(repository: Repository, { by, ...issue }: NewIssue & By): Promise<Issue> {
    return openIssue(this.world, this.actor(by), repository, issue);
  }

  /** The pull request from the state; throws GitHub's 404 if it does not exist. */
  pullRequest(repository: Repository, number: number): PullRequest {
    return pullRequestOf(repository, number);
  }

  openPullRequest(
    repository: Repository,
    { by, ...wanted }: pulls.NewPullRequest & By,
  ): Promise<PullRequest> {
    return pulls.openPullRequest(this.world, this.actor(by), repository, wanted);
  }

  editPullRequest(
    repository: Repository,
    number: number,
    { by, ...edit }: pulls.PullRequestEdit & By,
  ): Promise<void> {
    return pulls.editPullRequest(
      this.world,
      this.actor(by),
      repository,
      pullRequestOf(repository, number),
      edit,
    );
  }

  setDraft(repository: Repository, number: number, draft: boolean, { by }: By = {}): Promise<void> {
    return pulls.setDraft(this.world, this.actor(by), repository, pullRequestOf(repository, number), draft);
  }

  closePullRequest(repository: Repository, number: number, { by }: By = {}): Promise<void> {
    return pulls.closePullRequest(this.world, this.actor(by), repository, pullRequestOf(repository, number));
  }

  reopenPullRequest(repository: Repository, number: number, { by }: By = {}): Promise<void> {
    return pulls.reopenPullRequest(this.world, this.actor(by), repository, pullRequestOf(repository, number));
  }

  /** Returns the new commit of the base. */
  mergePullRequest(
    repository: Repository,
    number: number,
    { by, ...how }: MergeRequest & By = {},
  ): Promise<string> {
    return mergePullRequest(this.world, this.actor(by), repository, pullRequestOf(repository, number), how);
  }

  /** Returns the commit of the queue's branch, on which checks are requested. */
  addToMergeQueue(repository: Repository, number: number, { by }: By = {}): Promise<string> {
    return enqueue(this.world, this.actor(by), repository, pullRequestOf(repository, number));
  }

  review(repository: Repository, number: number, { by, ...review }: NewReview & By): Promise<Review> {
    return submitReview(this.world, this.actor(by), repository, pullRequestOf(repository, number), review);
  }

  /** Dismisses a review: it no longer approves or requests changes. */
  dismissReview(repository: Repository, number: number, review: Review, { by }: By = {}): Promise<void> {
    const pullRequest = pullRequestOf(repository, number);
    return dismissReview(this.world, this.actor(by), repository, pullRequest, review);
  }

  comment(repository: Repository, number: number, body: string, { by }: By = {}): Promise<IssueComment> {
    return addComment(this.world, this.actor(by), repository, issueOf(repository, number), body);
  }

  addLabels(
    repository: Repository,
    number: number,
    names: readonly string[],
    { by }: By = {},
  ): Promise<void> {
    return addLabels(this.world, this.actor(by), repository, issueOf(repository, number), names);
  }

  removeLabel(repository: Repository, number: number, name: string, { by }: By = {}): Promise<void> {
    return removeLabel(this.world, this.actor(by), repository, issueOf(repository, number), name);
  }

  /** `revision` is a branch or a commit. */
  async setStatus(
    repository: Repository,
    revision: string,
    { by, ...status }: StatusInput & By,
  ): Promise<CommitStatus> {
    const sha = await this.#shaOf(repository, revision);
    return setStatus(this.world, this.actor(by), repository, sha, status);
  }

  /** A CI check on a branch or commit; completes a running run of that name, or else creates a new one. */
  async completeCheckRun(
    repository: Repository,
    revision: string,
    {
      app = this.#ciApp("local-ci"),
      ...input
    }: CheckRunInput & { readonly name: string; readonly conclusion: string; app?: App },
  ): Promise<CheckRun> {
    const headSha = await this.#shaOf(repository, revision);
    const actor = { account: app.bot, app };
    const known = latestCheckRuns(repository, headSha).find(
      (run) => run.name === input.name && run.appId === app.id && run.status !== "completed",
    );
    if (!known) return createCheckRun(this.world, actor, repository, { ...input, headSha, appId: app.id });
    await updateCheckRun(this.world, actor, repository, known, input);
    return known;
  }

  /** A running CI check. */
  async startCheckRun(
    repository: Repository,
    revision: string,
    { app = this.#ciApp("local-ci"), name }: { readonly name: string; app?: App },
  ): Promise<CheckRun> {
    const headSha = await this.#shaOf(repository, revision);
    const input = { name, headSha, appId: app.id, status: "in_progress" } as const;
    return createCheckRun(this.world, { account: app.bot, app }, repository, input);
  }

  /** A job of GitHub Actions that has ended, with its log. */
  endJob(
    repository: Repository,
    revision: string,
    job: { readonly name: string; readonly conclusion: string; readonly log: string },
  ): Promise<CheckRun> {
    return this.completeCheckRun(repository, revision, { ...job, app: this.#ciApp(ACTIONS_SLUG) });
  }

  /** Presses "Re-run" on a check run. */
  rerequestCheckRun(repository: Repository, checkRun: CheckRun, { by }: By = {}): Promise<void> {
    const { account: sender } = this.actor(by);
    return this.world.raise({ type: "check_run", action: "rerequested", repository, checkRun, sender });
  }

  /** Presses one of the buttons that the App put on its check run. */
  pressCheckRunButton(
    repository: Repository,
    checkRun: CheckRun,
    identifier: string,
    { by }: By = {},
  ): Promise<void> {
    if (!checkRun.actions.some((action) => action.identifier === identifier)) {
      throw new Error(`The check run "${checkRun.name}" has no button "${identifier}".`);
    }
    const { account: sender } = this.actor(by);
    const about = { type: "check_run", action: "requested_action", requestedAction: identifier } as const;
    return this.world.raise({ ...about, repository, checkRun, sender });
  }

  #ciApp(slug: string): App {
    const app = this.#ci.get(slug) ?? this.createApp({ slug, permissions: { checks: "write" } });
    this.#ci.set(slug, app);
    return app;
  }

  async #shaOf(repository: Repository, revision: string): Promise<string> {
    const sha = await resolveRevision(this.world.git(repository), revision);
    if (sha === null) throw new Error(`${repository.name} has no branch or commit "${revision}".`);
    return sha;
  }
}
