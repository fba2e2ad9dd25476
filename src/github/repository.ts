import { deleteBranch, listBranchUsers } from "./deeds/branches.ts";
import { createCheckRun, findCheckRun, updateCheckRun } from "./deeds/check-runs.ts";
import { createComment, findComment, react, updateComment } from "./deeds/comments.ts";
import { decorate, requestReviewer } from "./deeds/decoration.ts";
import { convertToDraft, markReady } from "./deeds/draft-state.ts";
import { createLabel, forgetLabels, readLabelId, readLabelIds } from "./deeds/labels.ts";
import {
  createPullRequest,
  getPullRequest,
  listOpenNumbers,
  listPullRequestsFrom,
  updatePullRequest,
} from "./deeds/pull-requests.ts";
import { readAccountIds } from "./facts/account-ids.ts";
import { readBaseFiles } from "./facts/files/base-files.ts";
import { listOpenPullRequestsOfBot } from "./facts/bot-pull-requests.ts";
import { readBranchRules } from "./facts/branch-protection.ts";
import { hasBranch, readBranchSha } from "./facts/branch-sha.ts";
import { readChecks } from "./facts/checks.ts";
import { readPermission } from "./facts/collaborators.ts";
import { compare } from "./facts/comparison.ts";
import { readConflict } from "./facts/conflict.ts";
import { readFailedCheck } from "./facts/failed-check.ts";
import { readOwnerSettings } from "./facts/files/owner-settings-file.ts";
import { readKeptCommits } from "./facts/kept-commits.ts";
import { listPullRequestFiles } from "./facts/pull-request-files.ts";
import { readSnapshot } from "./facts/read-snapshot.ts";
import { renderMarkdown } from "./facts/rendered-markdown.ts";
import { lastChangeOf, readFacts, readFactsNow } from "./facts/repository-facts.ts";
import { readReviewComments } from "./facts/review-comments.ts";
import { readRuleFiles } from "./facts/files/rule-files.ts";
import type { RepositoryAccess } from "./wire/repository-access.ts";

const FUNCTIONS = {
  accountIds: readAccountIds,
  baseFiles: readBaseFiles,
  branchRules: readBranchRules,
  branchSha: readBranchSha,
  branchUsers: listBranchUsers,
  checksOn: readChecks,
  comment: createComment,
  compare,
  conflict: readConflict,
  convertToDraft,
  createCheckRun,
  createLabel,
  createPullRequest,
  decorate,
  deleteBranch,
  facts: readFacts,
  factsNow: readFactsNow,
  failedCheck: readFailedCheck,
  findCheckRun,
  findComment,
  forgetLabels,
  hasBranch,
  keptCommits: readKeptCommits,
  labelId: readLabelId,
  labelIds: readLabelIds,
  lastChange: lastChangeOf,
  markReady,
  openPullRequestNumbers: listOpenNumbers,
  openPullRequestsOfBot: listOpenPullRequestsOfBot,
  ownerSettings: readOwnerSettings,
  permissionOf: readPermission,
  pullRequest: getPullRequest,
  pullRequestFiles: listPullRequestFiles,
  pullRequestsFrom: listPullRequestsFrom,
  react,
  renderMarkdown,
  requestReviewer,
  reviewComments: readReviewComments,
  ruleFiles: readRuleFiles,
  snapshot: readSnapshot,
  updateCheckRun,
  updateComment,
  updatePullRequest,
};

type Bound<Functions> = {
  readonly [Name in keyof Functions]: Functions[Name] extends (
    access: RepositoryAccess,
    ...rest: infer Rest
  ) => infer Answer
    ? (...rest: Rest) => Answer
    : never;
};

/**
 * One repository, read and changed through its installation. Nothing is retried here, and every failure is an
 * `OrbError` with a code of `classifyFailure`. Each function is documented where it is defined.
 */
export type Repository = Bound<typeof FUNCTIONS>;

type About = (access: RepositoryAccess, ...rest: never[]) => unknown;

/** The functions above, bound to one repository. */
export function repositoryOf(access: RepositoryAccess): Repository {
  const bound = Object.entries<About>(FUNCTIONS).map(([name, ask]) => [
    name,
    (...rest: never[]) => ask(access, ...rest),
  ]);
  return Object.fromEntries(bound) as Repository;
}
