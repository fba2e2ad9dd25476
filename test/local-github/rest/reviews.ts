// Reviews, their comments, and requests for them.

import { z } from "zod";
import { removeReviewers, requestReviewers } from "../acts/reviewers.ts";
import { dismissReview, submitReview } from "../acts/reviews.ts";
import { GitHubError, notFound } from "../github-error.ts";
import { paged } from "../http/pagination.ts";
import {
  actorIn,
  inRepository,
  numberParam,
  ok,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import { accountJson } from "../json/account.ts";
import { pullRequestJson, pullRequestSimpleJson, requestedTeamsJson } from "../json/pull-request.ts";
import { reviewCommentJson, reviewJson } from "../json/review.ts";
import type { Review } from "../state.ts";
import { pullIn } from "./pulls.ts";

const Reviewers = z.object({
  reviewers: z.array(z.string()).default([]),
  team_reviewers: z.array(z.string()).default([]),
});
const NewReview = z.object({
  event: z.enum(["APPROVE", "REQUEST_CHANGES", "COMMENT"]).optional(),
  body: z.string().default(""),
  comments: z
    .array(
      z.object({
        path: z.string(),
        line: z.int(),
        side: z.enum(["LEFT", "RIGHT"]).default("RIGHT"),
        body: z.string(),
      }),
    )
    .default([]),
});

const Dismissal = z.object({ message: z.string() });

const PULL = "/repos/{owner}/{repo}/pulls/{pull_number}";

export const reviewRoutes: readonly Route[] = [
  inRepository(`GET ${PULL}/requested_reviewers`, (request) => {
    const { world, repository } = request;
    const pullRequest = pullIn(request);
    const users = pullRequest.requestedReviewers.map((account) => accountJson(world, account));
    return ok({ users, teams: requestedTeamsJson(world, repository, pullRequest) });
  }),
  inRepository(`POST ${PULL}/requested_reviewers`, async (request) => {
    const { world, repository } = request;
    const { reviewers: people, team_reviewers: teams } = parseBody(request, Reviewers);
    const pullRequest = pullIn(request);
    await requestReviewers(world, actorIn(request), repository, pullRequest, { people, teams });
    return ok(await pullRequestSimpleJson(world, repository, pullRequest), 201);
  }),
  inRepository(`DELETE ${PULL}/requested_reviewers`, async (request) => {
    const { world, repository } = request;
    const { reviewers: people, team_reviewers: teams } = parseBody(request, Reviewers);
    const pullRequest = pullIn(request);
    await removeReviewers(world, actorIn(request), repository, pullRequest, { people, teams });
    return ok(await pullRequestJson(world, repository, pullRequest));
  }),
  inRepository(`GET ${PULL}/reviews`, (request) => {
    const { world, repository } = request;
    const pullRequest = pullIn(request);
    const json = (review: Review) => reviewJson(world, repository, pullRequest, review);
    return paged(request, pullRequest.reviews, (page) => page.map(json));
  }),
  inRepository(`POST ${PULL}/reviews`, createReview),
  inRepository(`GET ${PULL}/reviews/{review_id}`, (request) =>
    ok(reviewJson(request.world, request.repository, pullIn(request), reviewIn(request))),
  ),
  inRepository(`PUT ${PULL}/reviews/{review_id}/dismissals`, async (request) => {
    const { world, repository } = request;
    parseBody(request, Dismissal);
    const pullRequest = pullIn(request);
    const review = reviewIn(request);
    await dismissReview(world, actorIn(request), repository, pullRequest, review);
    return ok(reviewJson(world, repository, pullRequest, review));
  }),
  inRepository(`GET ${PULL}/comments`, listReviewComments),
];

async function createReview(request: RepositoryRequest): Promise<Reply> {
  const { world, repository } = request;
  const { event, ...rest } = parseBody(request, NewReview);
  // Without an event GitHub keeps a pending draft that only its author sees; nothing here would read it.
  if (!event) throw new GitHubError(422, "The local GitHub does not support pending reviews: give an event.");
  const pullRequest = pullIn(request);
  const review = await submitReview(world, actorIn(request), repository, pullRequest, { event, ...rest });
  return ok(reviewJson(world, repository, pullRequest, review));
}

function reviewIn(request: RepositoryRequest): Review {
  const id = numberParam(request, "review_id");
  const review = pullIn(request).reviews.find((each) => each.id === id);
  if (!review) throw notFound();
  return review;
}

function listReviewComments(request: RepositoryRequest): Reply {
  const { world, repository } = request;
  const pullRequest = pullIn(request);
  const all = pullRequest.reviews.flatMap((review) =>
    review.comments.map((comment) => ({ review, comment })),
  );
  // The direction counts only if the sort key is given.
  const query = request.url.searchParams;
  if (query.has("sort") && query.get("direction") === "desc") all.reverse();
  return paged(request, all, (page) =>
    page.map(({ review, comment }) => reviewCommentJson(world, repository, pullRequest, review, comment)),
  );
}
