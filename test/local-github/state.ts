// What the local GitHub stores besides git. Commits, refs, trees, diffs and merges are never copied here: they
// are read from the bare repository each time, so the two can't disagree.

import type { KeyObject } from "node:crypto";
import type { Account, Team } from "./account.ts";
import type { BranchProtection, Ruleset } from "./branch-rules.ts";

export type PermissionLevel = "read" | "write" | "admin";
/** GitHub's App permissions by name, e.g. `{ contents: "write", pull_requests: "write", metadata: "read" }`. */
export type Permissions = Readonly<Record<string, PermissionLevel>>;
export type CollaboratorRole = "read" | "triage" | "write" | "maintain" | "admin";

export interface Label {
  readonly id: number;
  readonly nodeId: string;
  name: string;
  color: string;
  description: string | null;
}

export interface Reaction {
  readonly id: number;
  readonly nodeId: string;
  readonly by: Account;
  readonly createdAt: Date;
  content: string;
}

export interface IssueComment {
  readonly id: number;
  readonly nodeId: string;
  readonly author: Account;
  /** The App through which it was written; `performed_via_github_app` in GitHub's JSON. */
  readonly viaAppId: number | null;
  readonly createdAt: Date;
  updatedAt: Date;
  body: string;
  reactions: Reaction[];
}

export interface Review {
  readonly id: number;
  readonly nodeId: string;
  readonly author: Account;
  readonly commitId: string;
  readonly submittedAt: Date;
  state: "APPROVED" | "CHANGES_REQUESTED" | "COMMENTED" | "DISMISSED";
  body: string;
  comments: ReviewComment[];
}

export interface ReviewComment {
  readonly id: number;
  readonly nodeId: string;
  readonly path: string;
  readonly line: number;
  /** Whether the line number refers to the old file (`LEFT`) or the new one. */
  readonly side: "LEFT" | "RIGHT";
  readonly diffHunk: string;
  readonly createdAt: Date;
  body: string;
}

export interface PullRequest {
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly author: Account;
  /** The App that opened it, if an installation token was used. */
  readonly openedByAppId: number | null;
  readonly createdAt: Date;
  updatedAt: Date;
  title: string;
  body: string | null;
  state: "open" | "closed";
  draft: boolean;
  headRef: string;
  /** Follows pushes while the pull request is open; keeps the last value when the branch is deleted. */
  headSha: string;
  baseRef: string;
  /** Label names in lower case, in the order in which they were added; the repository has the labels themselves. */
  labels: string[];
  requestedReviewers: Account[];
  requestedTeams: string[];
  assignees: Account[];
  comments: IssueComment[];
  reviews: Review[];
  closedAt: Date | null;
  mergedAt: Date | null;
  mergedBy: Account | null;
  mergeCommitSha: string | null;
  maintainerCanModify: boolean;
  /** `null` until a GET has started the computation, as on GitHub; set back to `null` by a push to head or base. */
  mergeable: boolean | null;
  /** How many GETs still answer `mergeable: null` before the computed value is shown. */
  mergeableNullReads: number;
}

export interface CheckRun {
  readonly id: number;
  readonly nodeId: string;
  readonly appId: number;
  readonly headSha: string;
  name: string;
  status: "queued" | "in_progress" | "completed";
  conclusion: string | null;
  detailsUrl: string | null;
  externalId: string | null;
  startedAt: Date;
  completedAt: Date | null;
  output: { title: string | null; summary: string | null; text: string | null };
  annotations: CheckAnnotation[];
  /** The log of a GitHub Actions job, until GitHub deletes it. */
  log: string | null;
  actions: { label: string; description: string; identifier: string }[];
}

export interface CheckAnnotation {
  path: string;
  start_line: number;
  end_line: number;
  annotation_level: "notice" | "warning" | "failure";
  message: string;
  title?: string;
  raw_details?: string;
}

export interface CommitStatus {
  readonly id: number;
  readonly nodeId: string;
  readonly creator: Account;
  readonly sha: string;
  readonly createdAt: Date;
  context: string;
  state: "error" | "failure" | "pending" | "success";
  description: string | null;
  targetUrl: string | null;
}

export interface Issue {
  readonly id: number;
  readonly nodeId: string;
  readonly number: number;
  readonly author: Account;
  readonly createdAt: Date;
  updatedAt: Date;
  title: string;
  body: string | null;
  state: "open" | "closed";
  labels: string[];
  assignees: Account[];
  comments: IssueComment[];
  closedAt: Date | null;
}

export interface Repository {
  readonly id: number;
  readonly nodeId: string;
  owner: Account;
  name: string;
  readonly createdAt: Date;
  /** When the repository itself last changed, such as its name. */
  updatedAt: Date;
  private: boolean;
  archived: boolean;
  /** Private repositories of plans without drafts refuse them. */
  draftsSupported: boolean;
  /** Private repositories of free plans have neither protected branches nor rulesets; GitHub answers 403 for both. */
  rulesSupported: boolean;
  defaultBranch: string;
  description: string | null;
  /** Absolute path of the bare git repository. */
  readonly gitDir: string;
  /** By name in lower case. */
  readonly labels: Map<string, Label>;
  readonly pullRequests: Map<number, PullRequest>;
  readonly issues: Map<number, Issue>;
  /** Issues and pull requests share one sequence of numbers. */
  nextNumber: number;
  readonly collaborators: Map<string, CollaboratorRole>;
  readonly protections: Map<string, BranchProtection>;
  readonly rulesets: Ruleset[];
  readonly checkRuns: CheckRun[];
  readonly statuses: CommitStatus[];
}

export interface App {
  readonly id: number;
  readonly nodeId: string;
  readonly clientId: string;
  readonly clientSecret: string;
  /** Where people may be sent after they have signed in. */
  callbackUrls: string[];
  /** Ids of the people who have let the App know who they are. */
  readonly authorizedBy: Set<number>;
  readonly slug: string;
  readonly name: string;
  readonly createdAt: Date;
  /** The account `<slug>[bot]` with which the App acts. */
  readonly bot: Account;
  readonly owner: Account;
  /** PEM, PKCS #8. */
  readonly privateKeyPem: string;
  /** Its public half. */
  readonly publicKey: KeyObject;
  permissions: Permissions;
  events: string[];
  webhook: { url: string; secret: string } | null;
}

export interface Installation {
  readonly id: number;
  readonly appId: number;
  readonly account: Account;
  readonly createdAt: Date;
  /** `"all"`, or repository ids. */
  repositories: "all" | Set<number>;
  permissions: Permissions;
  suspendedAt: Date | null;
}

export interface InstallationToken {
  readonly token: string;
  readonly installationId: number;
  readonly expiresAt: Date;
  readonly permissions: Permissions;
  readonly repositories: "all" | ReadonlySet<number>;
}

/**
 * A person's personal access token, for git over HTTP and for acting as a person in tests. Or a user access token, with which an
 * App acts for the person: it may do what both of them may.
 */
export interface UserToken {
  readonly token: string;
  readonly account: Account;
  /** `null` for a personal access token. */
  readonly appId: number | null;
  /** `null`: never. */
  readonly expiresAt: Date | null;
}

/** What an App gets when a person signs in, and exchanges for a user access token. */
export interface OAuthCode {
  readonly appId: number;
  readonly account: Account;
  readonly redirectUri: string;
  readonly codeChallenge: string | null;
  readonly expiresAt: Date;
}

/** A person in an organization or a team; `pending` until they accept the invitation. */
export interface Membership {
  readonly account: Account;
  readonly state: "active" | "pending";
}

/** One attempt to deliver a webhook, as `GET /app/hook/deliveries` lists it. */
export interface HookDelivery {
  readonly id: number;
  readonly guid: string;
  readonly appId: number;
  readonly deliveredAt: Date;
  readonly redelivery: boolean;
  readonly event: string;
  readonly action: string | null;
  readonly installationId: number | null;
  readonly repositoryId: number | null;
  readonly url: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  /** The exact text that was signed and sent. */
  readonly payload: string;
  /** "OK" for 2xx, else the error in GitHub's words. */
  readonly status: string;
  readonly statusCode: number;
  readonly durationMs: number;
  /** `null` if there was no answer. */
  readonly response: { readonly headers: Readonly<Record<string, string>>; readonly body: string } | null;
}

/** The whole state, by the keys that GitHub uses. */
export interface GitHubState {
  /** By login in lower case. */
  readonly accounts: Map<string, Account>;
  /** By `organization/slug` in lower case. */
  readonly teams: Map<string, Team>;
  readonly repositories: Map<number, Repository>;
  /** Ids of repositories by the `owner/name`, in lower case, that they had before a rename. */
  readonly formerNames: Map<string, number>;
  readonly apps: Map<number, App>;
  readonly installations: Map<number, Installation>;
  readonly installationTokens: Map<string, InstallationToken>;
  readonly userTokens: Map<string, UserToken>;
  readonly oauthCodes: Map<string, OAuthCode>;
  /** By `organization/login` in lower case. */
  readonly members: Map<string, Membership>;
  /** By `organization/slug/login` in lower case. */
  readonly teamMembers: Map<string, Membership>;
  readonly hookDeliveries: HookDelivery[];
}
