import { may } from "../../auth/access.ts";
import { roleOf } from "../../acts/repositories.ts";
import { isoTime } from "../../json/schema.ts";
import { repositoryPage } from "../../json/urls.ts";
import type { Label, PullRequest, Repository } from "../../state.ts";
import { fullName } from "../../world.ts";
import { connection, type PageArguments } from "../connection.ts";
import { demandSight, type Context, type Fields } from "../context.ts";
import { GraphQLRefusal } from "../graphql-refusal.ts";
import { actorFields } from "./actor.ts";
import { gitObject, gitObjectById } from "./git-object.ts";
import { issueFields } from "./issue.ts";
import { labelFields } from "./label.ts";
import { pullRequestFields } from "./pull-request.ts";
import { findRef } from "./ref.ts";
import { rulesetFields } from "./ruleset.ts";

export function repositoryFields(context: Context, repository: Repository): Fields {
  const { id, nodeId, name, owner, description, createdAt, updatedAt } = repository;
  return {
    __typename: "Repository",
    id: nodeId,
    databaseId: id,
    name,
    nameWithOwner: fullName(repository),
    owner: actorFields(context, owner),
    description,
    url: repositoryPage(context.world, repository),
    createdAt: isoTime(createdAt),
    updatedAt: isoTime(updatedAt),
    isPrivate: repository.private,
    visibility: repository.private ? "PRIVATE" : "PUBLIC",
    isArchived: repository.archived,
    isDisabled: false,
    isFork: false,
    isLocked: false,
    hasIssuesEnabled: true,
    mergeCommitAllowed: true,
    squashMergeAllowed: true,
    rebaseMergeAllowed: true,
    autoMergeAllowed: false,
    deleteBranchOnMerge: false,
    planFeatures: { __typename: "RepositoryPlanFeatures", draftPullRequests: repository.draftsSupported },
    viewerPermission: viewerPermission(context, repository),
    viewerCanAdminister: may(context.caller, repository, { administration: "write" }),
    rulesets: (page: PageArguments) =>
      connection("rulesets", repository.rulesets, page, (ruleset) =>
        rulesetFields(context, repository, ruleset),
      ),
    ...gitFields(context, repository),
    ...labelledFields(context, repository),
    ...discussionFields(context, repository),
  };
}

/** "Will return null if authenticated as an GitHub App." */
function viewerPermission({ caller }: Context, repository: Repository): string | null {
  return caller.kind === "user" ? (roleOf(repository, caller.token.account)?.toUpperCase() ?? null) : null;
}

function gitFields(context: Context, repository: Repository) {
  return {
    defaultBranchRef: () => findRef(context, repository, repository.defaultBranch),
    ref: ({ qualifiedName }: { qualifiedName: string }) => {
      demandSight(context, repository, "Ref");
      return findRef(context, repository, qualifiedName);
    },
    object: ({ expression, oid }: { expression?: string; oid?: string }) => {
      demandSight(context, repository, "GitObject");
      if (expression !== undefined) return gitObject(context, repository, expression);
      return gitObjectById(context, repository, oid ?? "");
    },
  };
}

function labelledFields(context: Context, repository: Repository) {
  const readable = (): void => demandSight(context, repository, "Label");
  const show = (label: Label): Fields => labelFields(context, repository, label);
  return {
    label: ({ name }: { name: string }) => {
      readable();
      const label = repository.labels.get(name.toLowerCase());
      return label ? show(label) : null;
    },
    labels: ({ query, ...page }: PageArguments & { query?: string }) => {
      readable();
      const wanted = (query ?? "").toLowerCase();
      const labels = [...repository.labels].filter(([name]) => name.includes(wanted));
      return connection("labels", labels, page, ([, label]) => show(label));
    },
  };
}

interface PullRequestFilter {
  readonly headRefName?: string;
  readonly baseRefName?: string;
  readonly states?: readonly string[];
  readonly labels?: readonly string[];
  readonly orderBy?: { field: string; direction: string };
}

function discussionFields(context: Context, repository: Repository) {
  const pulls = (): void => demandSight(context, repository, "PullRequest");
  return {
    pullRequest: ({ number }: { number: number }) => {
      pulls();
      const pullRequest = repository.pullRequests.get(number);
      if (!pullRequest) throw numberNotFound("PullRequest", number);
      return pullRequestFields(context, repository, pullRequest);
    },
    pullRequests: (wanted: PageArguments & PullRequestFilter) => {
      pulls();
      return connection("pullRequests", filtered(repository, wanted), wanted, (pullRequest) =>
        pullRequestFields(context, repository, pullRequest),
      );
    },
    issue: ({ number }: { number: number }) => {
      demandSight(context, repository, "Issue");
      const issue = repository.issues.get(number);
      if (!issue) throw numberNotFound("Issue", number);
      return issueFields(context, repository, issue);
    },
  };
}

function filtered(repository: Repository, filter: PullRequestFilter): PullRequest[] {
  const { headRefName, baseRefName, states, labels, orderBy } = filter;
  const sign = orderBy?.direction === "DESC" ? -1 : 1;
  const key = (pullRequest: PullRequest): number =>
    orderBy?.field === "UPDATED_AT" ? pullRequest.updatedAt.getTime() : pullRequest.number;
  return [...repository.pullRequests.values()]
    .filter(
      (pullRequest) =>
        (headRefName === undefined || pullRequest.headRef === headRefName) &&
        (baseRefName === undefined || pullRequest.baseRef === baseRefName) &&
        (states === undefined ||
          states.includes(pullRequest.mergedAt ? "MERGED" : pullRequest.state.toUpperCase())) &&
        (labels === undefined || labels.some((name) => pullRequest.labels.includes(name.toLowerCase()))),
    )
    .sort((a, b) => sign * (key(a) - key(b)));
}

function numberNotFound(type: string, number: number): GraphQLRefusal {
  return new GraphQLRefusal(
    "NOT_FOUND",
    `Could not resolve to ${article(type)} ${type} with the number of ${number}.`,
  );
}

function article(noun: string): string {
  return /^[AEIOU]/.test(noun) ? "an" : "a";
}
