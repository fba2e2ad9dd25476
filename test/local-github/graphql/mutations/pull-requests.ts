import { setLabels } from "../../acts/labels.ts";
import { mergePullRequest, updateBranch } from "../../acts/merges.ts";
import {
  closePullRequest,
  editPullRequest,
  openPullRequest,
  reopenPullRequest,
  setDraft,
} from "../../acts/pull-requests.ts";
import { may } from "../../auth/access.ts";
import type { MUTATIONS } from "../../auth/graphql-permissions.ts";
import { refused } from "../../github-error.ts";
import type { PullRequest, Repository } from "../../state.ts";
import { actorIn, demandDeed, type Context } from "../context.ts";
import { locateAs } from "../located.ts";
import { given, type Mutation } from "./mutation.ts";

interface CreateInput {
  readonly repositoryId: string;
  readonly title: string;
  readonly body?: string;
  readonly headRefName: string;
  readonly baseRefName: string;
  readonly draft?: boolean;
  readonly maintainerCanModify?: boolean;
}

export const createPullRequest: Mutation<CreateInput> = async (context, input) => {
  const { repository } = locateAs(context, input.repositoryId, "repository");
  demandDeed(context, repository, "createPullRequest");
  if (!may(context.caller, repository, { contents: "read" })) {
    throw refused("PullRequest", "not all refs are readable");
  }
  const { title, headRefName: head, baseRefName: base, body, draft, maintainerCanModify } = input;
  const pullRequest = await openPullRequest(context.world, actorIn(context), repository, {
    title,
    head,
    base,
    ...given({ body, draft, maintainerCanModify }),
  });
  return { pullRequest: context.show.pullRequest(context, repository, pullRequest) };
};

interface UpdateInput {
  readonly pullRequestId: string;
  readonly title?: string;
  readonly body?: string;
  readonly baseRefName?: string;
  readonly state?: "OPEN" | "CLOSED";
  readonly maintainerCanModify?: boolean;
  readonly labelIds?: readonly string[];
}

export const updatePullRequest: Mutation<UpdateInput> = async (context, input) =>
  changed(context, "updatePullRequest", input.pullRequestId, async (repository, pullRequest) => {
    const { title, body, baseRefName: base, state, maintainerCanModify, labelIds } = input;
    const actor = actorIn(context);
    await editPullRequest(context.world, actor, repository, pullRequest, {
      ...given({ title, body, base, maintainerCanModify }),
      ...(state === undefined ? {} : { state: state === "OPEN" ? "open" : "closed" }),
    });
    if (labelIds === undefined) return;
    const names = labelIds.map((id) => locateAs(context, id, "label").label.name);
    await setLabels(context.world, actor, repository, pullRequest, names);
  });

interface PullRequestInput {
  readonly pullRequestId: string;
}

export const closePullRequestMutation: Mutation<PullRequestInput> = async (context, { pullRequestId }) =>
  changed(context, "closePullRequest", pullRequestId, (repository, pullRequest) =>
    closePullRequest(context.world, actorIn(context), repository, pullRequest),
  );

export const reopenPullRequestMutation: Mutation<PullRequestInput> = async (context, { pullRequestId }) =>
  changed(context, "reopenPullRequest", pullRequestId, (repository, pullRequest) =>
    reopenPullRequest(context.world, actorIn(context), repository, pullRequest),
  );

export const convertPullRequestToDraft: Mutation<PullRequestInput> = async (context, { pullRequestId }) =>
  changed(context, "convertPullRequestToDraft", pullRequestId, (repository, pullRequest) =>
    setDraft(context.world, actorIn(context), repository, pullRequest, true),
  );

export const markPullRequestReadyForReview: Mutation<PullRequestInput> = async (context, { pullRequestId }) =>
  changed(context, "markPullRequestReadyForReview", pullRequestId, (repository, pullRequest) =>
    setDraft(context.world, actorIn(context), repository, pullRequest, false),
  );

interface MergeInput extends PullRequestInput {
  readonly mergeMethod?: "MERGE" | "SQUASH" | "REBASE";
  readonly commitHeadline?: string;
  readonly commitBody?: string;
  readonly expectedHeadOid?: string;
}

export const mergePullRequestMutation: Mutation<MergeInput> = async (context, input) => {
  const { commitHeadline: title, commitBody: message, expectedHeadOid: sha } = input;
  const method = (input.mergeMethod ?? "MERGE").toLowerCase() as "merge" | "squash" | "rebase";
  const merge = async (repository: Repository, pullRequest: PullRequest): Promise<void> => {
    const wanted = { method, ...given({ title, message, sha }) };
    await mergePullRequest(context.world, actorIn(context), repository, pullRequest, wanted);
  };
  return changed(context, "mergePullRequest", input.pullRequestId, merge);
};

interface BranchInput extends PullRequestInput {
  readonly expectedHeadOid?: string;
}

export const updatePullRequestBranch: Mutation<BranchInput> = async (context, input) =>
  changed(context, "updatePullRequestBranch", input.pullRequestId, (repository, pullRequest) =>
    updateBranch(
      context.world,
      actorIn(context),
      repository,
      pullRequest,
      input.expectedHeadOid ?? undefined,
    ),
  );

/** Changes a pull request and returns its new state. */
async function changed(
  context: Context,
  mutation: keyof typeof MUTATIONS,
  pullRequestId: string,
  change: (repository: Repository, pullRequest: PullRequest) => Promise<void>,
): Promise<Record<string, unknown>> {
  const { repository, pullRequest } = locateAs(context, pullRequestId, "pull request");
  demandDeed(context, repository, mutation);
  await change(repository, pullRequest);
  return { pullRequest: context.show.pullRequest(context, repository, pullRequest) };
}
