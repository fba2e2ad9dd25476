import { addComment, deleteComment, editComment, react, REACTIONS } from "../../acts/comments.ts";
import { actorIn, demandWrite, type Context } from "../context.ts";
import { locateAs } from "../located.ts";
import { commentFields, reactionFields, restContent } from "../types/comment.ts";
import { issueFields } from "../types/issue.ts";
import type { Mutation } from "./mutation.ts";

const PERMISSIONS = [{ issues: "write" }, { pull_requests: "write" }] as const;

export const addCommentMutation: Mutation<{ subjectId: string; body: string }> = async (context, input) => {
  const found = locateAs(context, input.subjectId, "pull request", "issue");
  const { repository } = found;
  demandWrite(context, repository, ...PERMISSIONS);
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
  const place = commentPlace(context, id);
  await editComment(context.world, actorIn(context), place.repository, place, body);
  return { issueComment: commentFields(context, place.repository, place.issue, place.comment) };
};

export const deleteIssueComment: Mutation<{ id: string }> = async (context, { id }) => {
  const place = commentPlace(context, id);
  await deleteComment(context.world, actorIn(context), place.repository, place);
  return {};
};

/** Reactions to comments; the local GitHub does not support them on issues and pull requests themselves. */
export const addReaction: Mutation<{ subjectId: string; content: string }> = async (context, input) => {
  const { repository, issue, comment } = commentPlace(context, input.subjectId);
  const content = REACTIONS.find((each) => each === restContent(input.content));
  if (!content) throw new Error(`Unknown reaction ${input.content}.`);
  const { reaction } = react(context.world, actorIn(context), comment, content);
  return {
    reaction: reactionFields(context, reaction),
    subject: commentFields(context, repository, issue, comment),
  };
};

function commentPlace(context: Context, id: string) {
  const place = locateAs(context, id, "comment");
  demandWrite(context, place.repository, ...PERMISSIONS);
  return place;
}
