import type { SafeMarkdown, SafeText } from "../text/safe.ts";
import { type AccountIds, type AccountNames, readAccountIds } from "./facts/account-ids.ts";
import { type BaseFiles, readBaseFiles } from "./facts/base-files.ts";
import { readBranchRules } from "./facts/branch-protection.ts";
import type { BranchRules, RequiredCheck } from "./facts/branch-rules.ts";
import { type BotPullRequests, listOpenPullRequestsOfBot } from "./facts/bot-pull-requests.ts";
import { deleteBranch, listBranchUsers } from "./deeds/branches.ts";
import {
  type CheckRunUpdate,
  createCheckRun,
  findCheckRun,
  type NewCheckRun,
  updateCheckRun,
} from "./deeds/check-runs.ts";
import { type Checks, readChecks } from "./facts/checks.ts";
import { readPermission, type RepositoryPermission } from "./facts/collaborators.ts";
import { createComment, findComment, react, type ReactionContent, updateComment } from "./deeds/comments.ts";
import { type Comparison, toComparison } from "./facts/comparison.ts";
import { type Conflict, readConflict } from "./facts/conflict.ts";
import {
  decorate,
  type Decorated,
  type Decoration,
  requestReviewer,
  type Reviewer,
} from "./deeds/decoration.ts";
import { convertToDraft, markReady } from "./deeds/draft-state.ts";
import { type FailedCheck, readFailedCheck } from "./facts/failed-check.ts";
import { isGitHubFailure } from "./wire/failure.ts";
import { createLabel, forgetLabels, type LabelLook, listLabelIds } from "./deeds/labels.ts";
import { readOwnerSettings } from "./facts/owner-settings-file.ts";
import type { RemotePullRequest } from "./facts/pull-request.ts";
import { listPullRequestFiles, type PullRequestFiles } from "./facts/pull-request-files.ts";
import {
  createPullRequest,
  getPullRequest,
  listOpenNumbers,
  listPullRequestsFrom,
  type NewPullRequest,
  updatePullRequest,
} from "./deeds/pull-requests.ts";
import type { RepositoryAccess } from "./wire/repository-access.ts";
import type { TextFile, UnreadFile } from "./facts/repository-files.ts";
import { readReviewComments, type ReviewComments } from "./facts/review-comments.ts";
import { readSnapshot } from "./facts/read-snapshot.ts";
import type { Snapshot } from "./facts/snapshot.ts";

const FACTS_KNOWN_MS = 5 * 60_000;

export interface RepositoryFacts {
  readonly defaultBranch: string;
  readonly archived: boolean;
  readonly private: boolean;
}

/**
 * One repository, seen and changed through its installation. Nothing is retried here, and every failure is an
 * `OrbError` with a code of `classifyFailure`. What a method promises in particular stands with the function that
 * it calls.
 */
export class Repository {
  readonly #access: RepositoryAccess;

  constructor(access: RepositoryAccess) {
    this.#access = access;
  }

  async facts(): Promise<RepositoryFacts> {
    const known = await this.#facts(FACTS_KNOWN_MS);
    // Whoever is woken because it is no longer archived must not be told by an old answer that it is.
    return known.archived ? this.#facts(0) : known;
  }

  #facts(knownMs: number): Promise<RepositoryFacts> {
    return this.#access.cached("facts", knownMs, async (octokit, headers) => {
      const { data, headers: got } = await octokit.request("GET /repos/{owner}/{repo}", {
        ...this.#access.route,
        headers,
      });
      const { default_branch: defaultBranch, archived, private: isPrivate } = data;
      return { value: { defaultBranch, archived, private: isPrivate }, etag: got.etag };
    });
  }

  /** @throws OrbError `not_found` where either branch is not there */
  async compare(base: string, head: string): Promise<Comparison> {
    return this.#access.ask(async (octokit) => {
      const { data } = await octokit.request("GET /repos/{owner}/{repo}/compare/{basehead}", {
        ...this.#access.route,
        basehead: `${base}...${head}`,
      });
      return toComparison(data);
    });
  }

  async hasBranch(branch: string): Promise<boolean> {
    return (await this.branchSha(branch)) !== null;
  }

  /**
   * What a branch ends with; `null` where there is none of this name.
   * https://docs.github.com/en/rest/git/refs#get-a-reference
   */
  async branchSha(branch: string): Promise<string | null> {
    try {
      return await this.#access.ask(async (octokit) => {
        const { data } = await octokit.request("GET /repos/{owner}/{repo}/git/ref/{ref}", {
          ...this.#access.route,
          ref: `heads/${branch}`,
        });
        return data.object.sha;
      });
    } catch (error) {
      if (isGitHubFailure(error, "not_found")) return null;
      throw error;
    }
  }

  baseFiles(commit: string): Promise<BaseFiles> {
    return readBaseFiles(this.#access, commit);
  }

  ownerSettings(): Promise<TextFile | UnreadFile | null> {
    return readOwnerSettings(this.#access);
  }

  branchRules(branch: string): Promise<BranchRules> {
    return readBranchRules(this.#access, branch);
  }

  checksOn(sha: string, required: readonly RequiredCheck[] = []): Promise<Checks> {
    return readChecks(this.#access, sha, required);
  }

  findCheckRun(headSha: string): Promise<number | null> {
    return findCheckRun(this.#access, headSha);
  }

  createCheckRun(run: NewCheckRun): Promise<number> {
    return createCheckRun(this.#access, run);
  }

  updateCheckRun(run: CheckRunUpdate): Promise<void> {
    return updateCheckRun(this.#access, run);
  }

  failedCheck(runId: number): Promise<FailedCheck> {
    return readFailedCheck(this.#access, runId);
  }

  snapshot(number: number): Promise<Snapshot> {
    return readSnapshot(this.#access, number);
  }

  reviewComments(number: number, reviewId: number): Promise<ReviewComments> {
    return readReviewComments(this.#access, number, reviewId);
  }

  conflict(base: string, head: string): Promise<Conflict> {
    return readConflict(this.#access, base, head);
  }

  markReady(pullRequestNodeId: string): Promise<{ draft: boolean }> {
    return markReady(this.#access, pullRequestNodeId);
  }

  convertToDraft(pullRequestNodeId: string): Promise<{ draft: boolean }> {
    return convertToDraft(this.#access, pullRequestNodeId);
  }

  branchUsers(branch: string): Promise<number[]> {
    return listBranchUsers(this.#access, branch);
  }

  deleteBranch(branch: string): Promise<"deleted" | "already_gone"> {
    return deleteBranch(this.#access, branch);
  }

  react(commentId: number, content: ReactionContent): Promise<void> {
    return react(this.#access, commentId, content);
  }

  comment(number: number, body: SafeMarkdown): Promise<number> {
    return createComment(this.#access, number, body);
  }

  findComment(number: number, marker: string): Promise<number | null> {
    return findComment(this.#access, number, marker);
  }

  updateComment(id: number, body: SafeMarkdown): Promise<void> {
    return updateComment(this.#access, id, body);
  }

  permissionOf(login: string): Promise<RepositoryPermission> {
    return readPermission(this.#access, login);
  }

  openPullRequestsOfBot(page: number): Promise<BotPullRequests> {
    return listOpenPullRequestsOfBot(this.#access, page);
  }

  pullRequest(number: number): Promise<RemotePullRequest> {
    return getPullRequest(this.#access, number);
  }

  pullRequestFiles(number: number): Promise<PullRequestFiles> {
    return listPullRequestFiles(this.#access, number);
  }

  pullRequestsFrom(head: string): Promise<RemotePullRequest[]> {
    return listPullRequestsFrom(this.#access, head);
  }

  openPullRequestNumbers(): Promise<number[]> {
    return listOpenNumbers(this.#access);
  }

  createPullRequest(wanted: NewPullRequest): Promise<RemotePullRequest> {
    return createPullRequest(this.#access, wanted);
  }

  updatePullRequest(
    number: number,
    wanted: { title?: SafeText; body?: SafeMarkdown },
  ): Promise<RemotePullRequest> {
    return updatePullRequest(this.#access, number, wanted);
  }

  labelIds(): Promise<ReadonlyMap<string, string>> {
    return listLabelIds(this.#access);
  }

  forgetLabels(): void {
    forgetLabels(this.#access);
  }

  createLabel(look: LabelLook): Promise<void> {
    return createLabel(this.#access, look);
  }

  accountIds(names: AccountNames): Promise<AccountIds> {
    return readAccountIds(this.#access, names);
  }

  decorate(pullRequestNodeId: string, decoration: Decoration): Promise<Decorated> {
    return decorate(this.#access, pullRequestNodeId, decoration);
  }

  requestReviewer(number: number, reviewer: Reviewer): Promise<void> {
    return requestReviewer(this.#access, number, reviewer);
  }

  /**
   * The HTML that GitHub would make of a description here, with its mentions and links to issues.
   * https://docs.github.com/en/rest/markdown/markdown#render-a-markdown-document
   */
  renderMarkdown(text: string): Promise<string> {
    const { owner, name } = this.#access;
    return this.#access.ask(async (octokit) => {
      const { data } = await octokit.request("POST /markdown", {
        text,
        mode: "gfm",
        context: `${owner}/${name}`,
      });
      return data;
    });
  }
}
