// Requesting reviews from people and teams.

import { GitHubError, notFound } from "../github-error.ts";
import type { PullRequest, Repository } from "../state.ts";
import type { Account } from "../account.ts";
import { fullName, type Actor, type World } from "../world.ts";
import { roleOf } from "./repositories.ts";

/** "GitHub does not allow requesting more than 15 users or teams" (Mergify's documentation of request_reviews). */
const REVIEWERS_MAX = 15;

export interface Reviewers {
  /** Logins. */
  readonly people?: readonly string[];
  /** Slugs. */
  readonly teams?: readonly string[];
}

/** Requests all or, if one can't be requested, none. */
export async function requestReviewers(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  wanted: Reviewers,
): Promise<void> {
  const accounts = (wanted.people ?? []).map((login) => askable(world, repository, pullRequest, login));
  const teams = (wanted.teams ?? []).map((slug) => knownTeam(world, repository, slug));
  const total = new Set([
    ...accounts,
    ...teams,
    ...pullRequest.requestedReviewers,
    ...pullRequest.requestedTeams,
  ]);
  if (total.size > REVIEWERS_MAX) {
    throw new GitHubError(422, `Reviews cannot be requested from more than ${REVIEWERS_MAX} users or teams.`);
  }
  const about = {
    type: "pull_request",
    action: "review_requested",
    repository,
    pullRequest,
    sender,
  } as const;
  for (const account of accounts) {
    if (pullRequest.requestedReviewers.includes(account)) continue;
    pullRequest.requestedReviewers.push(account);
    await world.raise({ ...about, reviewer: { account } });
  }
  for (const team of teams) {
    if (pullRequest.requestedTeams.includes(team)) continue;
    pullRequest.requestedTeams.push(team);
    await world.raise({ ...about, reviewer: { team } });
  }
}

/** Withdraws the request; ignores people who were not requested. */
export async function removeReviewers(
  world: World,
  { account: sender }: Actor,
  repository: Repository,
  pullRequest: PullRequest,
  { people = [], teams = [] }: Reviewers,
): Promise<void> {
  const about = {
    type: "pull_request",
    action: "review_request_removed",
    repository,
    pullRequest,
    sender,
  } as const;
  const logins = new Set(people.map((login) => login.toLowerCase()));
  const accounts = pullRequest.requestedReviewers.filter(({ login }) => logins.has(login.toLowerCase()));
  const slugs = pullRequest.requestedTeams.filter((slug) => teams.includes(slug));
  pullRequest.requestedReviewers = pullRequest.requestedReviewers.filter((each) => !accounts.includes(each));
  pullRequest.requestedTeams = pullRequest.requestedTeams.filter((each) => !slugs.includes(each));
  for (const account of accounts) await world.raise({ ...about, reviewer: { account } });
  for (const team of slugs) await world.raise({ ...about, reviewer: { team } });
}

function askable(world: World, repository: Repository, pullRequest: PullRequest, login: string): Account {
  const account = world.findAccount(login);
  if (account && account === pullRequest.author) {
    throw new GitHubError(422, "Review cannot be requested from pull request author.");
  }
  const collaborates =
    account !== null &&
    (account === repository.owner || repository.collaborators.has(login.toLowerCase())) &&
    roleOf(repository, account) !== null;
  if (!collaborates) throw notCollaborator(repository);
  return account;
}

function knownTeam(world: World, repository: Repository, slug: string): string {
  const team = world.state.teams.get(`${repository.owner.login}/${slug}`.toLowerCase());
  if (repository.owner.type !== "Organization") throw notFound();
  if (!team) throw notCollaborator(repository);
  return team.slug;
}

function notCollaborator(repository: Repository): GitHubError {
  return new GitHubError(
    422,
    "Reviews may only be requested from collaborators. One or more of the users or teams you specified is not " +
      `a collaborator of the ${fullName(repository)} repository.`,
  );
}
