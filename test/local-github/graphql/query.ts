// The root fields of queries.

import { sees } from "../auth/access.ts";
import { readCommits } from "../git/commits.ts";
import { demandSight, actorIn, type Context, type Fields } from "./context.ts";
import { GraphQLRefusal, nodeNotFound } from "./graphql-refusal.ts";
import { locate } from "./located.ts";
import { actorFields, organizationFields, teamFields, viewerFields } from "./types/actor.ts";
import { checkRunFields } from "./types/checks.ts";
import { commentFields } from "./types/comment.ts";
import { commitFields } from "./types/commit.ts";
import { issueFields } from "./types/issue.ts";
import { labelFields } from "./types/label.ts";
import { pullRequestFields } from "./types/pull-request.ts";
import { findRef } from "./types/ref.ts";
import { repositoryFields } from "./types/repository.ts";
import { reviewFields } from "./types/review.ts";

export function queryFields(context: Context): Fields {
  return {
    __typename: "Query",
    viewer: () => viewerFields(context, actorIn(context).account),
    repository: ({ owner, name }: { owner: string; name: string }) => repositoryNamed(context, owner, name),
    node: ({ id }: { id: string }) => nodeFields(context, id),
    nodes: ({ ids }: { ids: readonly string[] }) => Promise.all(ids.map((id) => nodeFields(context, id))),
    user: ({ login }: { login: string }) => userNamed(context, login),
    organization: ({ login }: { login: string }) => organizationNamed(context, login),
    rateLimit: () => rateLimitFields(context),
  };
}

function repositoryNamed(context: Context, owner: string, name: string): Fields {
  const { world, caller } = context;
  const formerly = world.state.formerNames.get(`${owner}/${name}`.toLowerCase());
  const repository =
    world.findRepository(owner, name) ??
    (formerly === undefined ? null : world.state.repositories.get(formerly));
  if (!repository || !sees(caller, repository)) {
    const message = `Could not resolve to a Repository with the name '${owner}/${name}'.`;
    throw new GraphQLRefusal("NOT_FOUND", message);
  }
  return repositoryFields(context, repository);
}

function userNamed(context: Context, login: string): Fields {
  const account = context.world.findAccount(login);
  if (account?.type !== "User") {
    throw new GraphQLRefusal("NOT_FOUND", `Could not resolve to a User with the login of '${login}'.`);
  }
  return actorFields(context, account);
}

function organizationNamed(context: Context, login: string): Fields {
  const account = context.world.findAccount(login);
  if (account?.type !== "Organization") {
    const message = `Could not resolve to an Organization with the login of '${login}'.`;
    throw new GraphQLRefusal("NOT_FOUND", message);
  }
  return organizationFields(context, account);
}

async function nodeFields(context: Context, id: string): Promise<Fields> {
  const found = locate(context, id);
  switch (found.kind) {
    case "account":
      return found.account.type === "Organization"
        ? organizationFields(context, found.account)
        : actorFields(context, found.account);
    case "team":
      return teamFields(context, found.team);
    case "repository":
      return repositoryFields(context, found.repository);
    case "label":
      return labelFields(context, found.repository, found.label);
    case "issue":
      demandSight(context, found.repository, "Issue");
      return issueFields(context, found.repository, found.issue);
    case "pull request":
      demandSight(context, found.repository, "PullRequest");
      return pullRequestFields(context, found.repository, found.pullRequest);
    case "review":
      demandSight(context, found.repository, "PullRequestReview");
      return reviewFields(context, found.repository, found.pullRequest, found.review);
    case "comment":
      demandSight(context, found.repository, "IssueComment");
      return commentFields(context, found.repository, found.issue, found.comment);
    case "check run":
      demandSight(context, found.repository, "CheckRun");
      return checkRunFields(context, found.repository, found.checkRun);
    case "ref":
    case "commit": {
      demandSight(context, found.repository, found.kind === "ref" ? "Ref" : "GitObject");
      const fields = await gitNodeFields(context, found);
      if (!fields) throw nodeNotFound(id);
      return fields;
    }
    default:
      return found satisfies never;
  }
}

async function gitNodeFields(
  context: Context,
  { kind, repository, name }: Extract<ReturnType<typeof locate>, { name: string }>,
): Promise<Fields | null> {
  if (kind === "ref") return findRef(context, repository, name);
  const [commit] = await readCommits(context.world.git(repository), [name]);
  return commit ? commitFields(context, repository, commit) : null;
}

function rateLimitFields({ rateLimits, caller }: Context): Fields {
  const { limit, used, remaining, reset } = rateLimits.overview(caller, "graphql");
  return {
    __typename: "RateLimit",
    cost: 1,
    limit,
    used,
    remaining,
    nodeCount: 0,
    resetAt: new Date(reset * 1_000).toISOString(),
  };
}
