import { removeReviewers, requestReviewers } from "../../acts/reviewers.ts";
import { actorIn, demandDeed } from "../context.ts";
import { locateAs } from "../located.ts";
import type { Mutation } from "./mutation.ts";

interface RequestInput {
  readonly pullRequestId: string;
  readonly userIds?: readonly string[];
  readonly teamIds?: readonly string[];
  /** Adds to the requested reviewers instead of replacing them. */
  readonly union?: boolean;
}

export const requestReviews: Mutation<RequestInput> = async (context, input) => {
  const { repository, pullRequest } = locateAs(context, input.pullRequestId, "pull request");
  demandDeed(context, repository, "requestReviews");
  const people = (input.userIds ?? []).map((id) => locateAs(context, id, "account").account.login);
  const teams = (input.teamIds ?? []).map((id) => locateAs(context, id, "team").team.slug);
  const actor = actorIn(context);
  if (!input.union) {
    const asked = pullRequest.requestedReviewers.map(({ login }) => login);
    await removeReviewers(context.world, actor, repository, pullRequest, {
      people: asked.filter((login) => !people.includes(login)),
      teams: pullRequest.requestedTeams.filter((slug) => !teams.includes(slug)),
    });
  }
  await requestReviewers(context.world, actor, repository, pullRequest, { people, teams });
  return { pullRequest: context.show.pullRequest(context, repository, pullRequest) };
};
