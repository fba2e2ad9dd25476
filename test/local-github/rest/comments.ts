// Comments on issues and pull requests, and reactions to comments.

import { z } from "zod";
import { addComment, commentOf, deleteComment, editComment, react, REACTIONS } from "../acts/comments.ts";
import { paged } from "../http/pagination.ts";
import {
  NO_CONTENT,
  actorIn,
  inRepository,
  numberParam,
  ok,
  parseBody,
  type Reply,
  type RepositoryRequest,
  type Route,
} from "../http/route.ts";
import { commentJson, reactionJson } from "../json/issue.ts";
import { issueOf } from "../world.ts";

const CommentBody = z.object({ body: z.string() });
const ReactionBody = z.object({ content: z.enum(REACTIONS) });

export const commentRoutes: readonly Route[] = [
  inRepository("GET /repos/{owner}/{repo}/issues/{issue_number}/comments", listComments),
  inRepository("POST /repos/{owner}/{repo}/issues/{issue_number}/comments", async (request) => {
    const { world, repository } = request;
    const { body } = parseBody(request, CommentBody);
    const issue = issueOf(repository, numberParam(request, "issue_number"));
    const comment = await addComment(world, actorIn(request), repository, issue, body);
    return ok(commentJson(world, repository, issue, comment), 201);
  }),
  inRepository("GET /repos/{owner}/{repo}/issues/comments/{comment_id}", (request) => {
    const { comment, issue } = commentIn(request);
    return ok(commentJson(request.world, request.repository, issue, comment));
  }),
  inRepository("PATCH /repos/{owner}/{repo}/issues/comments/{comment_id}", async (request) => {
    const { world, repository } = request;
    const { body } = parseBody(request, CommentBody);
    const place = commentIn(request);
    await editComment(world, actorIn(request), repository, place, body);
    return ok(commentJson(world, repository, place.issue, place.comment));
  }),
  inRepository("DELETE /repos/{owner}/{repo}/issues/comments/{comment_id}", async (request) => {
    await deleteComment(request.world, actorIn(request), request.repository, commentIn(request));
    return NO_CONTENT;
  }),
  inRepository("GET /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", (request) => {
    const { reactions } = commentIn(request).comment;
    const content = request.url.searchParams.get("content");
    const wanted = reactions.filter((reaction) => content === null || reaction.content === content);
    return paged(request, wanted, (page) => page.map((reaction) => reactionJson(request.world, reaction)));
  }),
  inRepository("POST /repos/{owner}/{repo}/issues/comments/{comment_id}/reactions", (request) => {
    const { content } = parseBody(request, ReactionBody);
    const { comment } = commentIn(request);
    const { reaction, created } = react(request.world, actorIn(request), comment, content);
    return ok(reactionJson(request.world, reaction), created ? 201 : 200);
  }),
];

function listComments(request: RepositoryRequest): Reply {
  const { world, repository, url } = request;
  const issue = issueOf(repository, numberParam(request, "issue_number"));
  const since = url.searchParams.get("since");
  const comments = issue.comments.filter(({ updatedAt }) => since === null || updatedAt >= new Date(since));
  return paged(request, comments, (page) =>
    page.map((comment) => commentJson(world, repository, issue, comment)),
  );
}

function commentIn(request: RepositoryRequest) {
  return commentOf(request.repository, numberParam(request, "comment_id"));
}
