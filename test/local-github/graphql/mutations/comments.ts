import { addComment, deleteComment, editComment, react, REACTIONS } from "../../acts/comments.ts";
import { actorIn, demandDeed, type Context } from "../context.ts";
import { locateAs } from "../located.ts";
import { commentFields, reactionFields, restContent } from "../types/comment.ts";
import { issueFields } from "../types/issue.ts";
import type { Mutation } from "./mutation.ts";

export const addCommentMutation: Mutation<{ subjectId: string; body: string }> = async (context, input) => {
  const found = locateAs(context, input.subjectId, "pull request", "issue");
  const { repository } = found;
  demandDeed(context, repository, "addComment");
  const issue = found.kind === "issue" ? found.issue : found.pullRequest;
  const comment = await addComment(context.world, actorIn(context), repository, issue, input.body);
  const subject =
    found.kind === "issue"
      ? issueFields(context, repository, found.issue)
      : context.show.pullRequest(context, repository, found.pullRequest);
  const node = commentFields(context, repository, issue, comment);
  return { subject, commentEdge: { node, cursor: comment.nodeId } };
};

export const updateIssueComment: Mutation<{ id: string; body: string }> = async (context, { id, body }) => {
  const place = commentPlace(context, id, "updateIssueComment");
  await editComment(context.world, actorIn(context), place.repository, place, body);
  return { issueComment: commentFields(context, place.repository, place.issue, place.comment) };
};

export const deleteIssueComment: Mutation<{ id: string }> = async (context, { id }) => {
  const place = commentPlace(context, id, "deleteIssueComment");
  await deleteComment(context.world, actorIn(context), place.repository, place);
  return {};
};

/** Reactions to comments; the local GitHub does not support them on issues and pull requests themselves. */
export const addReaction: Mutation<{ subjectId: string; content: string }> = async (context, input) => {
  const { repository, issue, comment } = commentPlace(context, input.subjectId, "addReaction");
  const content = REACTIONS.find((each) => each === restContent(input.content));
  if (!content) throw new Error(`Unknown reaction ${input.content}.`);
  const { reaction } = react(context.world, actorIn(context), comment, content);
  return {
    reaction: reactionFields(context, reaction),
    subject: commentFields(context, repository, issue, comment),
  };
};

function commentPlace(
  context: Context,
  id: string,
  mutation: "updateIssueComment" | "deleteIssueComment" | "addReaction",
) {
  const place = locateAs(context, id, "comment");
  demandDeed(context, place.repository, mutation);
  return place;
}
