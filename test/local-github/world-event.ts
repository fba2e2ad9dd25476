// What can happen on the local GitHub: one closed union. Each event is raised once, whether a person's verb, a
// REST call, a GraphQL mutation or a git push caused it. The webhooks module turns events into signed
// deliveries. Names are GitHub's own webhook names and actions, so nobody has to translate.

import type { BranchProtection, Ruleset } from "./branch-rules.ts";
import type {
  CheckRun,
  CommitStatus,
  Installation,
  Issue,
  IssueComment,
  Label,
  PullRequest,
  Repository,
  Review,
  ReviewComment,
} from "./state.ts";
import type { Account } from "./account.ts";

interface Happening {
  readonly at: Date;
  /** Who did it; the bot account if an installation token was used. */
  readonly sender: Account;
}

interface RepositoryHappening extends Happening {
  readonly repository: Repository;
}

interface AboutPullRequest extends RepositoryHappening {
  readonly type: "pull_request";
  readonly pullRequest: PullRequest;
}

/** What an edit replaced; only the fields that changed are present. */
export interface PullRequestChanges {
  readonly title?: { readonly from: string };
  readonly body?: { readonly from: string | null };
  readonly base?: { readonly ref: { readonly from: string }; readonly sha: { readonly from: string } };
}

export type PullRequestEvent =
  | (AboutPullRequest & {
      readonly action: "opened" | "closed" | "reopened" | "converted_to_draft" | "ready_for_review";
    })
  | (AboutPullRequest & { readonly action: "edited"; readonly changes: PullRequestChanges })
  | (AboutPullRequest & {
      readonly action: "synchronize";
      readonly before: string;
      readonly after: string;
    })
  | (AboutPullRequest & { readonly action: "labeled" | "unlabeled"; readonly label: Label })
  | (AboutPullRequest & { readonly action: "assigned" | "unassigned"; readonly assignee: Account })
  | (AboutPullRequest & {
      readonly action: "review_requested" | "review_request_removed";
      /** A person, or a team by its slug. */
      readonly reviewer: { readonly account: Account } | { readonly team: string };
    });

export interface ReviewEvent extends RepositoryHappening {
  readonly type: "pull_request_review";
  readonly action: "submitted" | "edited" | "dismissed";
  readonly pullRequest: PullRequest;
  readonly review: Review;
}

export interface ReviewCommentEvent extends RepositoryHappening {
  readonly type: "pull_request_review_comment";
  readonly action: "created";
  readonly pullRequest: PullRequest;
  readonly review: Review;
  readonly comment: ReviewComment;
}

export interface IssueCommentEvent extends RepositoryHappening {
  readonly type: "issue_comment";
  readonly action: "created" | "edited" | "deleted";
  /** The pull request or issue of the comment; a pull request has `headRef`. */
  readonly issue: PullRequest | Issue;
  readonly comment: IssueComment;
  /** The text before an edit; `null` for the other actions. */
  readonly bodyBefore: string | null;
}

export type IssueEvent = RepositoryHappening & {
  readonly type: "issues";
  readonly action: "opened" | "closed" | "reopened";
  readonly issue: Issue;
};

export interface PushEvent extends RepositoryHappening {
  readonly type: "push";
  /** Full name: `refs/heads/…` or `refs/tags/…`. */
  readonly ref: string;
  /** Forty zeros if the ref is new. */
  readonly before: string;
  /** Forty zeros if the ref was deleted. */
  readonly after: string;
  readonly created: boolean;
  readonly deleted: boolean;
  readonly forced: boolean;
}

/** Raised together with the `push` that creates or removes the branch or tag. */
export interface RefEvent extends RepositoryHappening {
  readonly type: "create" | "delete";
  /** Short name, without `refs/heads/`. */
  readonly ref: string;
  readonly refType: "branch" | "tag";
}

interface AboutCheckRun extends RepositoryHappening {
  readonly type: "check_run";
  readonly checkRun: CheckRun;
}

export type CheckRunEvent =
  | (AboutCheckRun & { readonly action: "created" | "completed" | "rerequested" })
  | (AboutCheckRun & {
      readonly action: "requested_action";
      /** The `identifier` of the button that a person pressed. */
      readonly requestedAction: string;
    });

export interface CheckSuiteEvent extends RepositoryHappening {
  readonly type: "check_suite";
  readonly action: "requested" | "rerequested" | "completed";
  readonly appId: number;
  readonly headSha: string;
  readonly headBranch: string | null;
}

export interface StatusEvent extends RepositoryHappening {
  readonly type: "status";
  readonly status: CommitStatus;
}

interface LabelEvent extends RepositoryHappening {
  readonly type: "label";
  readonly action: "created" | "edited" | "deleted";
  readonly label: Label;
}

export type RepositoryEvent = RepositoryHappening & { readonly type: "repository" } & (
    | { readonly action: "archived" | "unarchived" | "privatized" | "publicized" | "deleted" }
    | { readonly action: "renamed"; readonly nameBefore: string }
    | { readonly action: "edited"; readonly defaultBranchBefore: string }
    | { readonly action: "transferred"; readonly ownerBefore: Account }
  );

export interface BranchProtectionEvent extends RepositoryHappening {
  readonly type: "branch_protection_rule";
  readonly action: "created" | "edited" | "deleted";
  readonly branch: string;
  readonly protection: BranchProtection;
}

export interface RulesetEvent extends RepositoryHappening {
  readonly type: "repository_ruleset";
  readonly action: "created" | "edited" | "deleted";
  readonly ruleset: Ruleset;
}

export interface MergeGroupEvent extends RepositoryHappening {
  readonly type: "merge_group";
  readonly action: "checks_requested";
  readonly headSha: string;
  /** Full name: `refs/heads/gh-readonly-queue/…`. */
  readonly headRef: string;
  readonly baseSha: string;
  /** Full name: `refs/heads/…`. */
  readonly baseRef: string;
}

export interface InstallationEvent extends Happening {
  readonly type: "installation";
  readonly action: "created" | "deleted" | "suspend" | "unsuspend" | "new_permissions_accepted";
  readonly installation: Installation;
  /** The repositories that it could reach when this happened. */
  readonly repositories: readonly Repository[];
}

export interface InstallationRepositoriesEvent extends Happening {
  readonly type: "installation_repositories";
  readonly action: "added" | "removed";
  readonly installation: Installation;
  readonly repositoriesAdded: readonly Repository[];
  readonly repositoriesRemoved: readonly Repository[];
}

/** The account of an installation has a new login. */
export interface InstallationTargetEvent extends Happening {
  readonly type: "installation_target";
  readonly action: "renamed";
  readonly installation: Installation;
  readonly loginBefore: string;
}

/** Events that belong to a repository: an App that is installed on it receives them. */
export type InRepositoryEvent =
  | PullRequestEvent
  | ReviewEvent
  | ReviewCommentEvent
  | IssueCommentEvent
  | IssueEvent
  | PushEvent
  | RefEvent
  | CheckRunEvent
  | CheckSuiteEvent
  | StatusEvent
  | LabelEvent
  | RepositoryEvent
  | BranchProtectionEvent
  | RulesetEvent
  | MergeGroupEvent;

/** Everything that can happen. */
export type WorldEvent =
  | InRepositoryEvent
  | InstallationEvent
  | InstallationRepositoriesEvent
  | InstallationTargetEvent;
