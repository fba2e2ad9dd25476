// The root fields of mutations. GraphQL runs those of one document one after the other.

import type { Context, Fields } from "../context.ts";
import { createCheckRunMutation, updateCheckRunMutation } from "./checks.ts";
import { addCommentMutation, addReaction, deleteIssueComment, updateIssueComment } from "./comments.ts";
import { addLabelsToLabelable, createLabelMutation, removeLabelsFromLabelable } from "./labels.ts";
import { mutationField } from "./mutation.ts";
import {
  closePullRequestMutation,
  convertPullRequestToDraft,
  createPullRequest,
  markPullRequestReadyForReview,
  mergePullRequestMutation,
  reopenPullRequestMutation,
  updatePullRequest,
  updatePullRequestBranch,
} from "./pull-requests.ts";
import { deleteRef } from "./refs.ts";
import { requestReviews } from "./reviews.ts";

export function mutationFields(context: Context): Fields {
  return {
    __typename: "Mutation",
    addComment: mutationField(context, addCommentMutation),
    addLabelsToLabelable: mutationField(context, addLabelsToLabelable),
    addReaction: mutationField(context, addReaction),
    closePullRequest: mutationField(context, closePullRequestMutation),
    convertPullRequestToDraft: mutationField(context, convertPullRequestToDraft),
    createCheckRun: mutationField(context, createCheckRunMutation),
    createLabel: mutationField(context, createLabelMutation),
    createPullRequest: mutationField(context, createPullRequest),
    deleteIssueComment: mutationField(context, deleteIssueComment),
    deleteRef: mutationField(context, deleteRef),
    markPullRequestReadyForReview: mutationField(context, markPullRequestReadyForReview),
    mergePullRequest: mutationField(context, mergePullRequestMutation),
    removeLabelsFromLabelable: mutationField(context, removeLabelsFromLabelable),
    reopenPullRequest: mutationField(context, reopenPullRequestMutation),
    requestReviews: mutationField(context, requestReviews),
    updateCheckRun: mutationField(context, updateCheckRunMutation),
    updateIssueComment: mutationField(context, updateIssueComment),
    updatePullRequest: mutationField(context, updatePullRequest),
    updatePullRequestBranch: mutationField(context, updatePullRequestBranch),
  };
}
